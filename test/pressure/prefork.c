/* Many processes asleep in accept() of one listener. Each holds a return probe's instance if there is one. */
#include "pressure.h"

enum { CLIENTS = 8 };

static int listener;
static address where;
static struct {
  atomic_int ready, accepted;
} *shared_counts;

static void worker(void *unused) {
  (void)unused;
  shared_counts->ready++;
  for (;;) {
    address peer;
    socklen_t length = sizeof peer;
    int fd = accept4(listener, (struct sockaddr *)&peer, &length, SOCK_CLOEXEC);
    must(fd >= 0);
    address local = own_address(fd);
    made("tcp.accept", &local, &peer, 0);
    must(close(fd) == 0);
    made("tcp.close", &local, &peer, 0);
    shared_counts->accepted++;
  }
}

static void client(void *connections) {
  close(listener);
  for (int i = 0; i < *(int *)connections; i++) {
    char nothing;
    int fd = tcp();
    must(try_connect(fd, where) == 0);
    address local = own_address(fd);
    made("tcp.connect", &local, &where, 0);
    must(read(fd, &nothing, 1) == 0);
    must(close(fd) == 0);
    made("tcp.close", &local, &where, 0);
  }
}

void prefork(int workers, int connections) {
  int *pids = calloc(workers, sizeof *pids), clients[CLIENTS], each = connections / CLIENTS;
  own_namespace();
  shared_counts = shared(sizeof *shared_counts);
  listener = tcp();
  must(try_bind(listener, at("127.0.0.1", 0)) == 0);
  must(listen(listener, 1024) == 0);
  where = own_address(listener);
  for (int i = 0; i < workers; i++) pids[i] = spawn(worker, NULL);
  while (shared_counts->ready < workers) usleep(1000);
  usleep(500 * 1000); /* from ready to asleep */
  for (int i = 0; i < CLIENTS; i++) clients[i] = spawn(client, &each);
  for (int i = 0; i < CLIENTS; i++) end_child(clients[i], 0);
  while (shared_counts->accepted < each * CLIENTS) usleep(1000);
  for (int i = 0; i < workers; i++) end_child(pids[i], SIGKILL);
}
