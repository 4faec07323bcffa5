/* Whose name and uid a line carries: threads, exec, another user. */
#include "scenario.h"
#include <pthread.h>

/* A child connects to a listener of the main process, which accepts and, once it has ended, closes. */
static void visited_by(void (*child)(void *), bool child_closes) {
  struct duo *d = shared(sizeof *d);
  int listener = listen_on(AF_INET, &d->to);
  int pid = spawn(child, d), s = take(listener, &d->server, "server");
  reap(pid, 0);
  if (!child_closes) closed(&d->client, NULL);
  end(s, &d->server);
  close(listener);
}

static void *client_thread(void *argument) {
  struct duo *d = argument;
  must(pthread_setname_np(pthread_self(), "client-thread") == 0);
  end(dial(&d->to, &d->client, "client"), &d->client);
  return NULL;
}

struct accepting {
  struct duo *duo;
  int listener;
};

static void *server_thread(void *argument) {
  struct accepting *a = argument;
  must(pthread_setname_np(pthread_self(), "server-thread") == 0);
  end(take(a->listener, &a->duo->server, "server"), &a->duo->server);
  return NULL;
}

static void threads(void) {
  struct duo d = {0};
  struct accepting a = {.duo = &d, .listener = listen_on(AF_INET, &d.to)};
  pthread_t client, server;
  must(pthread_create(&server, NULL, server_thread, &a) == 0);
  must(pthread_create(&client, NULL, client_thread, &d) == 0);
  must(pthread_join(client, NULL) == 0 && pthread_join(server, NULL) == 0);
  close(a.listener);
}

static bool leader_is_gone(void) {
  char text[256] = "";
  int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
  must(fd >= 0 && read(fd, text, sizeof text - 1) > 0);
  close(fd);
  return strstr(text, ") Z ") != NULL;
}

static void *survivor(void *argument) {
  must(pthread_setname_np(pthread_self(), "survivor") == 0);
  until(leader_is_gone());
  client_thread(argument);
  _exit(0);
}

/* The leader has ended and is a zombie; the process still has its pid and its name. */
static void outlived(void *argument) {
  pthread_t thread;
  must(prctl(PR_SET_NAME, "leader-gone") == 0);
  must(pthread_create(&thread, NULL, survivor, argument) == 0);
  syscall(SYS_exit, 0);
}

static void thread_outlives_leader(void) { visited_by(outlived, true); }

static _Noreturn void become(const char *what, int fd) {
  char number[16];
  snprintf(number, sizeof number, "%d", fd);
  execl("/proc/self/exe", "after-exec", what, number, (char *)NULL);
  die("exec: %s", strerror(errno));
}

static void connect_and_exec(void *argument) {
  struct duo *d = argument;
  must(prctl(PR_SET_NAME, "before-exec") == 0);
  become("--then-close", dial(&d->to, &d->client, "client"));
}

static void connect_and_exec_closing(void *argument) {
  struct duo *d = argument;
  must(prctl(PR_SET_NAME, "before-exec") == 0);
  int c = dial(&d->to, &d->client, "client");
  must(fcntl(c, F_SETFD, FD_CLOEXEC) == 0);
  become("--then-miss", c);
}

static void rename_and_close(void *argument) {
  struct duo *d = argument;
  must(prctl(PR_SET_NAME, "first name") == 0);
  int c = dial(&d->to, &d->client, "client");
  must(prctl(PR_SET_NAME, "second name") == 0);
  end(c, &d->client);
}

static void exec_between(void) { visited_by(connect_and_exec, false); }
static void closed_by_exec(void) { visited_by(connect_and_exec_closing, false); }
static void renamed_between(void) { visited_by(rename_and_close, true); }

static void as_nobody(void *argument) {
  struct duo *d = argument;
  must(setuid(65534) == 0);
  end(dial(&d->to, &d->client, "client"), &d->client);
}

/* The close is still the line of who opened it. */
static void nobody_later(void *argument) {
  struct duo *d = argument;
  int c = dial(&d->to, &d->client, "client");
  must(setuid(65534) == 0);
  end(c, &d->client);
}

static void other_user(void) { visited_by(as_nobody, true); }
static void user_changes(void) { visited_by(nobody_later, true); }

const struct test_case process_cases[] = {
    {"who-named-threads", threads, 0},
    {"who-thread-outlives-leader", thread_outlives_leader, 0},
    {"who-exec-between", exec_between, 0},
    {"who-closed-by-exec", closed_by_exec, 0},
    {"who-renamed-between", renamed_between, 0},
    {"who-other-user", other_user, 0},
    {"who-user-changes", user_changes, 0},
    {0},
};
