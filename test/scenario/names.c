/* Hostile process names: a name must not start a line, colour a terminal or imitate a field. */
#include "scenario.h"

struct named {
  struct duo duo;
  char name[16];
  char label[32];
};

static void connect_as(void *argument) {
  struct named *n = argument;
  char socket[48];
  must(prctl(PR_SET_NAME, n->name) == 0);
  struct who me = who_am_i();
  must(me.comm_length == (int)strlen(n->name) && memcmp(me.comm, n->name, me.comm_length) == 0);
  snprintf(socket, sizeof socket, "%s-client", n->label);
  int c = dial(&n->duo.to, &n->duo.client, socket);
  end(c, &n->duo.client);
}

static void visit(const char *label, const char *name) {
  struct named *n = shared(sizeof *n);
  char socket[48];
  snprintf(n->label, sizeof n->label, "%s", label);
  must(strlen(name) < sizeof n->name);
  memcpy(n->name, name, strlen(name));
  int listener = listen_on(AF_INET, &n->duo.to), pid = spawn(connect_as, n);
  snprintf(socket, sizeof socket, "%s-server", label);
  int s = take(listener, &n->duo.server, socket);
  reap(pid, 0);
  end(s, &n->duo.server);
  close(listener);
}

static void hostile(void) {
  static const char *const names[][2] = {
      {"newline", "new\nline"},
      {"newline-at-end", "newline\n"},
      {"carriage-return", "a\rb"},
      {"red", "\033[31mred"},
      {"quotes", "\"quoted\" 'too'"},
      {"one-quote", "\""},
      {"backslash", "back\\slash\\"},
      {"escape-lookalike", "\\n\\x41\\u0041"},
      {"equals", "a=b"},
      {"leading-space", " lead"},
      {"trailing-space", "trail "},
      {"only-space", " "},
      {"bracket", "a]b[1"},
      {"bracket-at-once", "[1]"},
      {"gap-lookalike", "gap from=1 to="},
      {"line-lookalike", "x\ny netlog: "},
      {"uid-lookalike", "(uid=0)"},
      {"record-lookalike", "#start"},
      {"address-lookalike", "a[1] TCP 1.2.3"},
      {"json", "\",\"uid\":0,\""},
      {"comma", "a,b;c{d}"},
      {"percent", "%s%n%d"},
      {"empty", ""},
      {"utf8", "na\xc3\xafve-\xc3\xb8"},
      {"utf8-two-units", "\xf0\x9f\x90\x9d"},
      {"utf8-cut", "fourteen-byte-\xc3"},
      {"utf8-overlong", "\xc0\xaf\xe0\x80\xaf"},
      {"utf8-surrogate", "\xed\xa0\x80"},
      {"utf8-line-separator", "a\xe2\x80\xa8z"},
      {"utf8-right-to-left", "a\xe2\x80\xaez"},
      {"c1-control", "a\xc2\x9b"
                     "31m"},
      {"longest", "fifteen-letters"},
  };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) visit(names[i][0], names[i][1]);
}

/* 17 names of 15 bytes hold every byte but 0. */
static void every_byte(void) {
  for (int i = 0; i < 17; i++) {
    char name[16] = "", label[32];
    for (int j = 0; j < 15; j++) name[j] = (char)(1 + 15 * i + j);
    snprintf(label, sizeof label, "from-%02x", 1 + 15 * i);
    visit(label, name);
  }
}

const struct test_case name_cases[] = {
    {"names-hostile", hostile, 0},
    {"names-every-byte", every_byte, 0},
    {0},
};
