/* The list of what was made: one entry for each line that a log must hold. */
#include "pressure.h"

struct entry {
  const char *event; /* a literal, at one place in every child */
  int pid, error;
  address local, peer;
};

static struct list {
  atomic_int used;
  struct entry entries[];
} *list;
static int most;

void made_init(int entries) {
  most = entries;
  list = shared(sizeof *list + entries * sizeof(struct entry));
}

void made(const char *event, const address *local, const address *peer, int error) {
  int index = atomic_fetch_add(&list->used, 1);
  must(index < most);
  struct entry *e = &list->entries[index];
  *e = (struct entry){.event = event, .pid = getpid(), .error = error};
  if (local) e->local = *local;
  if (peer) e->peer = *peer;
}

static void print_address(const char *key, const address *a) {
  char ip[INET_ADDRSTRLEN];
  if (a->sin_family != AF_INET) return;
  inet_ntop(AF_INET, &a->sin_addr, ip, sizeof ip);
  bool any = a->sin_addr.s_addr == INADDR_ANY;
  printf(",\"%s\":\"%s:%d\"", key, any ? " (any ip address)" : ip, ntohs(a->sin_port));
}

void made_print(void) {
  for (int i = 0; i < list->used; i++) {
    const struct entry *e = &list->entries[i];
    printf("{\"event\":\"%s\",\"pid\":%d", e->event, e->pid);
    print_address("local", &e->local);
    print_address("peer", &e->peer);
    if (e->error) printf(",\"error\":\"%s\"", strerrorname_np(e->error));
    printf("}\n");
  }
}
