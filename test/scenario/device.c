/* The few things that need a device: the loopback up, a second IPv6 address, a pair of veths. */
#include "scenario.h"
#include <arpa/inet.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sys/ioctl.h>

bool write_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  bool done = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
  close(fd);
  return done;
}

static void up(const char *device) {
  struct ifreq request = {0};
  int fd = udp(AF_INET);
  snprintf(request.ifr_name, IFNAMSIZ, "%s", device);
  must(ioctl(fd, SIOCGIFFLAGS, &request) == 0);
  request.ifr_flags |= IFF_UP;
  must(ioctl(fd, SIOCSIFFLAGS, &request) == 0);
  close(fd);
}

void loopback_up(void) { up("lo"); }

static bool can_bind(const address *a) {
  int fd = tcp(a->ss_family, 0), got = bind(fd, (const struct sockaddr *)a, length_of(a));
  close(fd);
  return got == 0;
}

/* On the loopback, where no duplicate detection holds the address back; it still takes a moment. */
bool add_v6_address(const char *text, int prefix) {
  struct {
    struct in6_addr address;
    uint32_t prefix;
    int ifindex;
  } request = {.prefix = prefix, .ifindex = if_nametoindex("lo")};
  address a = parse_address(AF_INET6, text, 0);
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&a;
  v6->sin6_scope_id = request.ifindex;
  request.address = v6->sin6_addr;
  int fd = udp(AF_INET6), got = ioctl(fd, SIOCSIFADDR, &request);
  close(fd);
  if (got == 0) until(can_bind(&a));
  return got == 0;
}

static struct rtattr *add(struct nlmsghdr *message, int type, const char *text) {
  struct rtattr *attribute = (struct rtattr *)((char *)message + NLMSG_ALIGN(message->nlmsg_len));
  size_t length = text ? strlen(text) + 1 : 0;
  attribute->rta_type = type;
  attribute->rta_len = RTA_LENGTH(length);
  if (text) memcpy(RTA_DATA(attribute), text, length);
  message->nlmsg_len = NLMSG_ALIGN(message->nlmsg_len) + RTA_ALIGN(attribute->rta_len);
  return attribute;
}

static void finish(struct nlmsghdr *message, struct rtattr *nest) {
  nest->rta_len = (char *)message + NLMSG_ALIGN(message->nlmsg_len) - (char *)nest;
}

static bool add_veth(const char *a, const char *b) {
  _Alignas(struct nlmsghdr) char buffer[1024] = {0};
  struct nlmsghdr *m = (struct nlmsghdr *)buffer;
  m->nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg));
  m->nlmsg_type = RTM_NEWLINK;
  m->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
  add(m, IFLA_IFNAME, a);
  struct rtattr *info = add(m, IFLA_LINKINFO, NULL);
  add(m, IFLA_INFO_KIND, "veth");
  struct rtattr *data = add(m, IFLA_INFO_DATA, NULL), *peer = add(m, VETH_INFO_PEER, NULL);
  m->nlmsg_len += sizeof(struct ifinfomsg);
  add(m, IFLA_IFNAME, b);
  finish(m, peer);
  finish(m, data);
  finish(m, info);

  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  must(fd >= 0 && send(fd, m, m->nlmsg_len, 0) == (ssize_t)m->nlmsg_len);
  must(recv(fd, buffer, sizeof buffer, 0) >= (ssize_t)NLMSG_LENGTH(sizeof(struct nlmsgerr)));
  close(fd);
  errno = -((struct nlmsgerr *)NLMSG_DATA(m))->error;
  return errno == 0;
}

/* False with errno where the kernel has no veth. */
bool veth_up(const char *a, const char *b, const char *address_of_a) {
  if (!add_veth(a, b)) return false;
  struct ifreq request = {0};
  address own = parse_address(AF_INET, address_of_a, 0);
  int fd = udp(AF_INET);
  snprintf(request.ifr_name, IFNAMSIZ, "%s", a);
  memcpy(&request.ifr_addr, &own, sizeof request.ifr_addr);
  must(ioctl(fd, SIOCSIFADDR, &request) == 0); /* a classful 10/8: wide enough */
  close(fd);
  up(a);
  up(b);
  return true;
}
