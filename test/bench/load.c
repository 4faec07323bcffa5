/*
 * load WORKERS CONNECTIONS RATE SECONDS: makes connections over loopback, in a network namespace of its own.
 *
 * WORKERS processes are blocked in accept() on one listening socket, as in a prefork server; this process
 * connects and closes, RATE times a second (0: as fast as it goes), until CONNECTIONS were made or SECONDS
 * are over. Prints one line of JSON: what it made, in which time, and the CPU time of all its processes, in
 * which the probes that ran inside them are contained.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <linux/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PORT 47077
#define MAX_WORKERS 1024
/* One peer address has 28,000 ports, which stay in TIME_WAIT for a minute. */
#define PEERS 250
/* More than this many connections are never left waiting for accept(): no SYN is dropped. */
#define MAX_WAITING 128

static _Atomic long *accepted;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void sleep_until(double s)
{
	struct timespec t = { (time_t)s, (long)((s - (time_t)s) * 1e9) };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static void enter_own_network(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd;

	if (unshare(CLONE_NEWNET) != 0)
		err(1, "unshare");
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo) != 0)
		err(1, "lo");
	close(fd);
}

static void work(int listener)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			err(1, "accept");
		close(fd);
		atomic_fetch_add(accepted, 1);
	}
}

static int listen_with(int workers)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(listener, (struct sockaddr *)&any, sizeof any) != 0 || listen(listener, 2 * MAX_WAITING) != 0)
		err(1, "listen");
	for (int i = 0; i < workers; i++) {
		pid_t pid = fork();

		if (pid < 0)
			err(1, "fork");
		if (pid == 0)
			work(listener);
	}
	return listener;
}

static long connect_until(long connections, double rate, double seconds)
{
	double start = now();
	long made = 0;

	for (; made < connections && now() - start < seconds; made++) {
		struct sockaddr_in peer = { .sin_family = AF_INET, .sin_port = htons(PORT) };
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		if (rate > 0)
			sleep_until(start + made / rate);
		while (made - atomic_load(accepted) >= MAX_WAITING)
			sched_yield();
		peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK + made % PEERS);
		if (connect(fd, (struct sockaddr *)&peer, sizeof peer) != 0)
			err(1, "connect");
		close(fd);
	}
	while (atomic_load(accepted) < made)
		usleep(1000);
	return made;
}

static double cpu_seconds(int who)
{
	struct rusage r;

	getrusage(who, &r);
	return r.ru_utime.tv_sec + r.ru_stime.tv_sec + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
	int workers = argc == 5 ? atoi(argv[1]) : 0;
	double start, seconds;
	long made;

	if (workers < 1 || workers > MAX_WORKERS)
		errx(2, "usage: load WORKERS CONNECTIONS RATE SECONDS; 1 to %d workers", MAX_WORKERS);
	accepted = mmap(NULL, sizeof *accepted, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	setpgid(0, 0); /* for the kill() of the workers below */
	enter_own_network();
	listen_with(workers);
	usleep(200000); /* all workers are in accept() */
	start = now();
	made = connect_until(atol(argv[2]), atof(argv[3]), atof(argv[4]));
	seconds = now() - start;
	signal(SIGTERM, SIG_IGN);
	kill(0, SIGTERM);
	while (wait(NULL) > 0)
		;
	printf("{\"made\":%ld,\"seconds\":%.6f,\"cpuSeconds\":%.6f}\n", made, seconds,
	       cpu_seconds(RUSAGE_SELF) + cpu_seconds(RUSAGE_CHILDREN));
	return 0;
}
