/* Attempts that nobody answers. The process asks each socket for its error until there is one, and closes it at once:
 * on another CPU than the one where the kernel ends the attempts. */
#include "pressure.h"
#include <linux/filter.h>
#include <netinet/tcp.h>
#include <sched.h>

static void run_on(int cpu) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(cpu, &one);
  must(sched_setaffinity(0, sizeof one, &one) == 0);
}

/* An idle CPU may leave its timers to another one. */
static void stay_awake(void *unused) {
  (void)unused;
  run_on(1);
  for (volatile unsigned long turns = 0;; turns++) {
  }
}

static address silent_listener(void) {
  struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
  struct sock_fprog program = {.len = 1, .filter = &drop};
  int fd = tcp();
  must(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0);
  must(try_bind(fd, at("127.0.0.1", 0)) == 0);
  must(listen(fd, 1) == 0);
  return own_address(fd);
}

static int start_connect(address to) {
  int fd = tcp(), ms = 1000;
  must(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
  must(setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof ms) == 0);
  must(try_connect(fd, to) == EINPROGRESS);
  return fd;
}

static int take_error(int fd) {
  int error;
  socklen_t length = sizeof error;
  must(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0);
  return error;
}

void taking(int attempts) {
  int fds[attempts];
  own_namespace();
  address to = silent_listener();
  int burner = spawn(stay_awake, NULL);
  run_on(1); /* the timers go where they are set */
  for (int i = 0; i < attempts; i++) {
    fds[i] = start_connect(to);
    usleep(50 * 1000); /* so that they end one by one */
  }
  run_on(0);
  for (int left = attempts; left > 0;)
    for (int i = 0; i < attempts; i++) {
      int error = fds[i] < 0 ? 0 : take_error(fds[i]);
      if (error == 0) continue;
      must(close(fds[i]) == 0);
      must(error == ETIMEDOUT);
      made("tcp.connect", NULL, &to, error);
      fds[i] = -1;
      left--;
    }
  end_child(burner, SIGKILL);
}
