/* Connects that are forbidden before they reach TCP: no line, as documented. */
#include "scenario.h"
#include <linux/bpf.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>

static void connect_and_fail(const address *to, int error) {
  int c = tcp(AF_INET, 0);
  must(connect(c, (const struct sockaddr *)to, length_of(to)) == -1 && errno == error);
  close(c);
}

static const char *cgroup2(void) {
  static const char *const places[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
  struct statfs fs;
  for (int i = 0; i < 2; i++)
    if (statfs(places[i], &fs) == 0 && fs.f_type == 0x63677270) return places[i];
  return NULL;
}

static int program_that_forbids(void) {
  static const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
  static const struct bpf_insn forbids[] = {
      {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0},
      {.code = BPF_JMP | BPF_EXIT},
  };
  union bpf_attr load = {.prog_type = BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
                         .expected_attach_type = BPF_CGROUP_INET4_CONNECT,
                         .insns = (uintptr_t)forbids,
                         .insn_cnt = sizeof forbids / sizeof *forbids,
                         .license = (uintptr_t) "GPL"};
  setrlimit(RLIMIT_MEMLOCK, &unlimited); /* kernels before 5.11 count programs as locked memory */
  /* EAGAIN: the verifier was interrupted, by work that an io_uring left to the task for one. */
  for (int tries = 5;; tries--) {
    int program = syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof load);
    if (program >= 0 || errno != EAGAIN || tries == 1) return program;
  }
}

/* The folder to connect from, or NULL where this machine does not let it be. */
static bool forbid_in(const char *folder) {
  if (mkdir(folder, 0755) != 0) return false;
  int program = program_that_forbids(), group = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  union bpf_attr attach = {
      .target_fd = group, .attach_bpf_fd = program, .attach_type = BPF_CGROUP_INET4_CONNECT};
  bool done = program >= 0 && group >= 0 && syscall(SYS_bpf, BPF_PROG_ATTACH, &attach, sizeof attach) == 0;
  if (program >= 0) close(program);
  if (group >= 0) close(group);
  if (!done) rmdir(folder);
  return done;
}

struct fenced {
  address to;
  char folder[128];
  bool cannot;
};

static void from_the_cgroup(void *argument) {
  struct fenced *f = argument;
  char path[160];
  snprintf(path, sizeof path, "%s/cgroup.procs", f->folder);
  if (!write_file(path, "0")) f->cannot = true;
  else connect_and_fail(&f->to, EPERM);
}

static void by_cgroup(void) {
  struct fenced *f = shared(sizeof *f);
  const char *root = cgroup2();
  if (!root) return skip("no cgroup v2");
  snprintf(f->folder, sizeof f->folder, "%s/scenario-%d", root, getpid());
  if (!forbid_in(f->folder)) return skip("no BPF program in a cgroup: %s", strerror(errno));
  int listener = listen_on(AF_INET, &f->to);
  reap(spawn(from_the_cgroup, f), 0);
  must(rmdir(f->folder) == 0);
  close(listener);
  if (f->cannot) skip("no process can be moved to a cgroup");
}

enum { CREATE_RULESET = 444, RESTRICT_SELF = 446, RULESET_VERSION = 1, FIRST_WITH_NETWORK = 4, CONNECT_TCP = 2 };

static void under_landlock(void *argument) {
  struct {
    uint64_t files, network;
  } handled = {.network = CONNECT_TCP};
  int rules = syscall(CREATE_RULESET, &handled, sizeof handled, 0);
  must(rules >= 0);
  must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(RESTRICT_SELF, rules, 0) == 0);
  close(rules);
  connect_and_fail(argument, EACCES);
}

static void by_landlock(void) {
  address *to = shared(sizeof *to);
  int version = syscall(CREATE_RULESET, NULL, 0, RULESET_VERSION);
  if (version < 0) return skip("no Landlock: %s", strerror(errno));
  if (version < FIRST_WITH_NETWORK) return skip("Landlock of version %d knows no network", version);
  int listener = listen_on(AF_INET, to);
  reap(spawn(under_landlock, to), 0);
  close(listener);
}

const struct test_case denied_cases[] = {
    {"denied-by-cgroup", by_cgroup, 0},
    {"denied-by-landlock", by_landlock, 0},
    {0},
};
