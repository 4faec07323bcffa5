/*
 * traffic ROUNDS RATE: makes ROUNDS rounds of sockets over loopback, RATE rounds a second (0: as fast as it goes),
 * in a network namespace of its own, and says what it did. A round is a UDP bind and its close, and a TCP
 * connection: connect, accept, the close of both ends. SIGTERM ends it after the round that it is in.
 *
 * For each event a line: kind, inode of the socket, UTC in microseconds before it and after it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t is_over;

static void end(int signal)
{
	(void)signal;
	is_over = 1;
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static void sleep_until(long long start, double seconds)
{
	long long left = start + (long long)(seconds * 1e6) - now();

	if (left > 0)
		usleep(left);
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

static unsigned long inode(int fd)
{
	struct stat s;

	if (fstat(fd, &s) != 0)
		err(1, "fstat");
	return s.st_ino;
}

static void say(const char *kind, unsigned long socket, long long before)
{
	printf("%s %lu %lld %lld\n", kind, socket, before, now());
}

static void say_close(const char *kind, int fd)
{
	unsigned long socket = inode(fd);
	long long before = now();

	close(fd);
	say(kind, socket, before);
}

static void make_udp(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	long long before = now();

	if (bind(fd, (struct sockaddr *)&any, sizeof any) != 0)
		err(1, "bind");
	say("udp.bind", inode(fd), before);
	say_close("udp.close", fd);
}

static void make_tcp(int listener, struct sockaddr_in *peer, long round)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), accepted;
	long long before = now();

	/* each has 28,000 ports, which stay in TIME_WAIT for a minute */
	peer->sin_addr.s_addr = htonl(INADDR_LOOPBACK + round % 250);
	if (connect(fd, (struct sockaddr *)peer, sizeof *peer) != 0)
		err(1, "connect");
	say("tcp.connect", inode(fd), before);
	before = now();
	accepted = accept(listener, NULL, NULL);
	if (accepted < 0)
		err(1, "accept");
	say("tcp.accept", inode(accepted), before);
	say_close("tcp.close", fd);
	say_close("tcp.close", accepted);
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t length = sizeof address;
	long rounds = argc == 3 ? atol(argv[1]) : 0;
	double rate = argc == 3 ? atof(argv[2]) : 0;
	long long start;
	int listener;

	if (rounds < 1 || rounds > 1000000)
		errx(2, "usage: traffic ROUNDS RATE; 1 to 1,000,000 rounds");
	signal(SIGTERM, end);
	enter_own_network();
	listener = socket(AF_INET, SOCK_STREAM, 0);
	if (listen(listener, 16) != 0 || getsockname(listener, (struct sockaddr *)&address, &length) != 0)
		err(1, "listen");
	start = now();
	for (long round = 0; round < rounds && !is_over; round++) {
		if (rate > 0)
			sleep_until(start, round / rate);
		make_udp();
		make_tcp(listener, &address, round);
	}
	return 0;
}
