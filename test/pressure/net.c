/* IPv4 sockets. */
#include "pressure.h"
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>

address at(const char *ip, int port) {
  address a = {.sin_family = AF_INET, .sin_port = htons(port)};
  must(inet_pton(AF_INET, ip, &a.sin_addr) == 1);
  return a;
}

address own_address(int fd) {
  address a;
  socklen_t length = sizeof a;
  must(getsockname(fd, (struct sockaddr *)&a, &length) == 0);
  return a;
}

int tcp(void) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  must(fd >= 0);
  return fd;
}

int udp(void) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  must(fd >= 0);
  return fd;
}

/* 0, or the errno. */
int try_connect(int fd, address to) { return connect(fd, (struct sockaddr *)&to, sizeof to) ? errno : 0; }
int try_bind(int fd, address to) { return bind(fd, (struct sockaddr *)&to, sizeof to) ? errno : 0; }

void own_namespace(void) {
  struct ifreq request = {.ifr_name = "lo"};
  must(unshare(CLONE_NEWNET) == 0);
  int fd = udp();
  request.ifr_flags = IFF_UP;
  must(ioctl(fd, SIOCSIFFLAGS, &request) == 0);
  close(fd);
}

void write_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  must(fd >= 0);
  must(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
  close(fd);
}
