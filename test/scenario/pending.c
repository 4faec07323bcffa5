/* Connects without an outcome after 1 s: a provisional line first, then the outcome's. */
#include "scenario.h"
#include <pthread.h>

enum { WELL_PAST_ONE_SECOND = 1700 }; /* and before the SYN's second repetition, at 2 s or 3 s */

static void wait_until(long long ms) {
  for (long long now; (now = now_ms()) < ms;) usleep((ms - now) * 1000);
}

static void answer(int listener, int c, struct conn *client) {
  struct conn server;
  await_outcome(c, 0);
  established(client);
  int s = take(listener, &server, "server");
  end(c, client);
  end(s, &server);
}

static void then_established(void) {
  struct conn client;
  address at = {0};
  int listener = listen_on(AF_INET, &at);
  black_hole(listener);
  int c = start_dial(&at, &client, "client");
  long long start = now_ms();
  result(&client, "pending");
  wait_until(start + WELL_PAST_ONE_SECOND);
  open_again(listener);
  answer(listener, c, &client);
  close(listener);
}

/* A listener with no room lets SYNs go unanswered, until somebody accepts. */
static void behind_a_full_queue(void) {
  struct conn client, filler, filled;
  address at = {0};
  int listener = listen_on(AF_INET, &at);
  must(listen(listener, 0) == 0); /* room for one */
  int f = dial(&at, &filler, "filler");
  await(listener, POLLIN);
  int c = start_dial(&at, &client, "client");
  long long start = now_ms();
  result(&client, "pending");
  wait_until(start + WELL_PAST_ONE_SECOND);
  int s = take(listener, &filled, "filled");
  answer(listener, c, &client);
  end(f, &filler);
  end(s, &filled);
  close(listener);
}

static void then_timed_out(void) {
  struct conn client;
  address at = {0};
  int listener = listen_on(AF_INET6, &at);
  black_hole(listener);
  int c = start_dial(&at, &client, "client");
  user_timeout(c, 2500);
  result(&client, "pending");
  await_outcome(c, ETIMEDOUT);
  failed(&client, ETIMEDOUT);
  close(c);
  close(listener);
}

static void then_aborted(void) {
  struct conn client;
  address at = {0};
  int listener = listen_on(AF_INET, &at);
  black_hole(listener);
  int c = start_dial(&at, &client, "client");
  long long start = now_ms();
  result(&client, "pending");
  wait_until(start + WELL_PAST_ONE_SECOND);
  must(close(c) == 0);
  result(&client, "aborted");
  close(listener);
}

static void wait_and_exit(void *argument) {
  struct duo *d = argument;
  start_dial(&d->to, &d->client, "client");
  result(&d->client, "pending");
  d->step = 1;
  pause();
}

/* The process ends while its attempt is pending. */
static void then_killed(void) {
  struct duo *d = shared(sizeof *d);
  int listener = listen_on(AF_INET, &d->to);
  black_hole(listener);
  int pid = spawn(wait_and_exit, d);
  until(d->step == 1);
  wait_until(now_ms() + WELL_PAST_ONE_SECOND);
  kill(pid, SIGKILL);
  reap(pid, SIGKILL);
  result(&d->client, "aborted");
  close(listener);
}

static void *connect_and_block(void *argument) {
  struct duo *d = argument;
  address own = loopback(AF_INET, 0);
  int c = tcp(AF_INET, 0);
  must(pthread_setname_np(pthread_self(), "blocked") == 0);
  bind_to(c, &own);
  user_timeout(c, 2500);
  attempt(&d->client, "client", c, &d->to);
  result(&d->client, "pending");
  must(connect(c, (struct sockaddr *)&d->to, length_of(&d->to)) == -1 && errno == ETIMEDOUT);
  failed(&d->client, ETIMEDOUT);
  close(c);
  return NULL;
}

static void blocking_in_a_thread(void) {
  struct duo d = {0};
  pthread_t thread;
  int listener = listen_on(AF_INET, &d.to);
  black_hole(listener);
  must(pthread_create(&thread, NULL, connect_and_block, &d) == 0);
  must(pthread_join(thread, NULL) == 0);
  close(listener);
}

const struct test_case pending_cases[] = {
    {"pending-then-established", then_established, 0},
    {"pending-behind-a-full-queue", behind_a_full_queue, 0},
    {"pending-then-timed-out", then_timed_out, NEEDS_V6},
    {"pending-then-aborted", then_aborted, 0},
    {"pending-then-sigkill", then_killed, 0},
    {"pending-blocking-in-a-thread", blocking_in_a_thread, 0},
    {0},
};
