/* Many threads of one process at once in the calls that are seen at their return: bind() of UDP sockets, and
 * connects that fail before there is a SYN. Three processes beside them take the CPUs and, where the cgroup has
 * a limit, its memory. */
#include "pressure.h"
#include <pthread.h>

enum { FIRST_PORT = 20000, PORTS = 600 };

static pthread_barrier_t together;
static int rounds;

static void bound(int thread, int round, int fds[3]) {
  const address wanted[] = {at("127.0.0.1", 0), at("0.0.0.0", 0), at("127.0.0.2", 1024 + thread * rounds + round)};
  for (int i = 0; i < 3; i++) {
    fds[i] = udp();
    must(try_bind(fds[i], wanted[i]) == 0);
    address local = own_address(fds[i]);
    made("udp.bind", &local, NULL, 0);
  }
  int fd = udp();
  must(try_bind(fd, wanted[2]) == EADDRINUSE); /* no line */
  close(fd);
}

static void unbound(int fds[3]) {
  for (int i = 0; i < 3; i++) {
    address local = own_address(fds[i]);
    must(close(fds[i]) == 0);
    made("udp.close", &local, NULL, 0);
  }
}

static void fails(int error, const char *network, int thread, int round) {
  char ip[32];
  snprintf(ip, sizeof ip, "%s.%d.%d", network, thread + 1, round + 1);
  address to = at(ip, 9);
  int fd = tcp();
  must(try_connect(fd, to) == error);
  made("tcp.connect", NULL, &to, error);
  close(fd);
}

/* Every port a socket could be given is bound by one that shares it with nobody. */
static void take_all_ports(void) {
  for (int i = 0; i < PORTS; i++) must(try_bind(tcp(), at("0.0.0.0", FIRST_PORT + i)) == 0);
}

static void *thread(void *number) {
  int self = (int)(long)number, (*fds)[3] = calloc(rounds, sizeof *fds);
  pthread_barrier_wait(&together);
  for (int i = 0; i < rounds; i++) bound(self, i, fds[i]);
  for (int i = 0; i < rounds; i++) unbound(fds[i]);
  pthread_barrier_wait(&together);
  for (int i = 0; i < rounds; i++) {
    fails(ECONNREFUSED, "127.1", self, i);
    fails(ENETUNREACH, "10.1", self, i);
  }
  pthread_barrier_wait(&together); /* the ports are being taken */
  pthread_barrier_wait(&together);
  for (int i = 0; i < rounds; i++) fails(EADDRNOTAVAIL, "127.2", self, i);
  return NULL;
}

static void burn(void *unused) {
  (void)unused;
  for (volatile unsigned long turns = 0;; turns++) {
  }
}

/* Fills the page cache, so that memory must be taken back all the time. */
static void read_disk(void *unused) {
  (void)unused;
  int fd = open("/dev/vda", O_RDONLY);
  must(fd >= 0);
  for (char *block = malloc(1 << 20);;)
    if (read(fd, block, 1 << 20) <= 0) lseek(fd, 0, SEEK_SET);
}

void failing(int threads, int rounds_each) {
  pthread_t all[threads];
  rounds = rounds_each;
  must(threads <= 200 && rounds <= 200);
  int burners[] = {spawn(burn, NULL), spawn(burn, NULL), spawn(read_disk, NULL)};
  own_namespace();
  pthread_barrier_init(&together, NULL, threads + 1);
  for (long i = 0; i < threads; i++) must(pthread_create(&all[i], NULL, thread, (void *)i) == 0);
  for (int i = 0; i < 3; i++) pthread_barrier_wait(&together);
  char range[32];
  snprintf(range, sizeof range, "%d %d", FIRST_PORT, FIRST_PORT + PORTS - 1);
  write_file("/proc/sys/net/ipv4/ip_local_port_range", range);
  take_all_ports();
  pthread_barrier_wait(&together);
  for (int i = 0; i < threads; i++) pthread_join(all[i], NULL);
  for (int i = 0; i < 3; i++) end_child(burners[i], SIGKILL);
}
