/* What the parts of the pressure program share. What was made is told from the program's own side only. */
#pragma once
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct sockaddr_in address;

/* The runs, each in a file of its name. */
void prefork(int workers, int connections);
void failing(int threads, int rounds);
void dial(address to, address refusing, int connections);
void taking(int unanswered, int unreachable);

/* made.c: noted in shared memory by any process or thread, printed when all is over. An address that
 * getsockname() cannot tell for certain is NULL. */
void made_init(int most);
void made(const char *event, const address *local, const address *peer, int error);
void made_print(void);

/* process.c */
_Noreturn void die(const char *file, int line, const char *what);
void *shared(size_t size);
int spawn(void (*run)(void *), void *argument);
void end_child(int pid, int by_signal);

/* net.c */
address at(const char *ip, int port);
address own_address(int fd);
int tcp(void);
int udp(void);
int try_connect(int fd, address to);
int try_bind(int fd, address to);
void own_namespace(void);
void write_file(const char *path, const char *text);

#define must(call)                                                                                         \
  do {                                                                                                     \
    if (!(call)) die(__FILE__, __LINE__, #call);                                                           \
  } while (0)
