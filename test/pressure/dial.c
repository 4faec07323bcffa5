/* Connections through a device whose answers come by interrupt, while two processes keep both CPUs in a call
 * that another program's probes make long. One attempt in eight is refused. */
#include "pressure.h"

enum { CLIENTS = 8 };

static address where, refusing;

static void client(void *connections) {
  for (int i = 0; i < *(int *)connections; i++) {
    char nothing;
    int fd = tcp();
    must(try_connect(fd, where) == 0);
    address local = own_address(fd);
    made("tcp.connect", &local, &where, 0);
    must(read(fd, &nothing, 1) == 0);
    must(close(fd) == 0);
    made("tcp.close", &local, &where, 0);
    if (i % 8 != 0) continue;
    fd = tcp();
    must(try_connect(fd, refusing) == ECONNREFUSED);
    made("tcp.connect", NULL, &refusing, ECONNREFUSED);
    close(fd);
  }
}

static void read_nothing(void *unused) {
  (void)unused;
  int fd = open("/dev/zero", O_RDONLY);
  must(fd >= 0);
  for (char byte;;) must(read(fd, &byte, 1) == 1);
}

void dial(address to, address nobody, int connections) {
  int clients[CLIENTS], each = connections / CLIENTS;
  where = to;
  refusing = nobody;
  int readers[] = {spawn(read_nothing, NULL), spawn(read_nothing, NULL)};
  for (int i = 0; i < CLIENTS; i++) clients[i] = spawn(client, &each);
  for (int i = 0; i < CLIENTS; i++) end_child(clients[i], 0);
  for (int i = 0; i < 2; i++) end_child(readers[i], SIGKILL);
}
