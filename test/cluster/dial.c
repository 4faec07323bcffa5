/* What the pods of the cluster tests run. Each word takes its arguments and is done before the next:
 *
 *   listen PORT         accept until killed
 *   connect ADDR PORT   connect and close
 *   open ADDR PORT      connect, and leave that open
 *   repeat ADDR PORT    connect and close, once a second, until killed
 *   bind PORT           a UDP socket, left open
 *   sleep SECONDS, exit CODE
 *   chroot DIR PROGRAM …
 *
 * and what netlog must log of it goes to stdout, told by getsockname and getpeername: EVENT LOCAL PEER MS, where
 * PEER is - for a bind, and MS is the time on the node. */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 256 };

static void must(int ok, const char *what) {
  if (ok) return;
  fprintf(stderr, "dial: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void end(int signal) { _exit(128 + signal); }

static void put(const struct sockaddr_in *a) {
  printf("%s:%d ", inet_ntoa(a->sin_addr), ntohs(a->sin_port));
}

static void tell(const char *event, int fd) {
  struct sockaddr_in local = {0}, peer = {0};
  socklen_t length = sizeof local;
  struct timespec now;
  printf("%s ", event);
  must(getsockname(fd, (void *)&local, &length) == 0, "getsockname");
  put(&local);
  length = sizeof peer;
  if (getpeername(fd, (void *)&peer, &length) == 0) put(&peer);
  else printf("- ");
  clock_gettime(CLOCK_REALTIME, &now);
  printf("%lld\n", now.tv_sec * 1000LL + now.tv_nsec / 1000000);
}

static struct sockaddr_in at(const char *ip, const char *port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
  must(inet_pton(AF_INET, ip, &a.sin_addr) == 1, ip);
  return a;
}

static int opened(const char *ip, const char *port) {
  struct sockaddr_in a = at(ip, port);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  must(connect(fd, (void *)&a, sizeof a) == 0, "connect");
  tell("tcp.connect", fd);
  return fd;
}

/* Told before it is done: afterwards there is no socket to ask. */
static void ended(int fd) {
  tell("tcp.close", fd);
  close(fd);
}

static void bound(const char *port) {
  struct sockaddr_in a = at("0.0.0.0", port);
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  must(bind(fd, (void *)&a, sizeof a) == 0, "bind");
  tell("udp.bind", fd);
}

static void listening(const char *port) {
  struct sockaddr_in a = at("0.0.0.0", port);
  struct pollfd fds[MOST] = {{.events = POLLIN}};
  int count = 1, on = 1;
  fds[0].fd = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(fds[0].fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  must(bind(fds[0].fd, (void *)&a, sizeof a) == 0 && listen(fds[0].fd, 64) == 0, "listen");
  for (;;) {
    must(poll(fds, count, -1) >= 0, "poll");
    for (int i = count - 1; i > 0; i--) {
      char byte;
      if (!fds[i].revents || read(fds[i].fd, &byte, 1) > 0) continue;
      ended(fds[i].fd);
      fds[i] = fds[--count];
    }
    if (!(fds[0].revents & POLLIN)) continue;
    must(count < MOST, "too many connections");
    fds[count] = (struct pollfd){.fd = accept(fds[0].fd, NULL, NULL), .events = POLLIN};
    must(fds[count].fd >= 0, "accept");
    tell("tcp.accept", fds[count++].fd);
  }
}

static char *next(char ***word) {
  must(**word != NULL, "an argument is missing");
  return *(*word)++;
}

int main(int argc, char **argv) {
  char **word = argv + (argc > 0);
  setvbuf(stdout, NULL, _IOLBF, 0);
  signal(SIGTERM, end); /* the first process of a container is not ended by default */
  while (*word) {
    char *verb = next(&word), *first = next(&word);
    if (!strcmp(verb, "sleep")) sleep(atoi(first));
    else if (!strcmp(verb, "exit")) exit(atoi(first));
    else if (!strcmp(verb, "bind")) bound(first);
    else if (!strcmp(verb, "listen")) listening(first);
    else if (!strcmp(verb, "open")) opened(first, next(&word));
    else if (!strcmp(verb, "connect")) ended(opened(first, next(&word)));
    else if (!strcmp(verb, "repeat"))
      for (char *port = next(&word);; sleep(1)) ended(opened(first, port));
    else if (!strcmp(verb, "chroot")) {
      must(chroot(first) == 0 && chdir("/") == 0, first);
      execvp(*word, word);
      must(0, *word);
    } else must(0, verb);
  }
}
