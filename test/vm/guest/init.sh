# The first process of a guest: makes it look like a machine that has finished booting, runs the job and
# switches the machine off. Disks: vda the root, vdb the job (already in /job), vdc the results, vdd the
# modules, vde Node.
export PATH=/opt/node/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root LANG=C.UTF-8 TERM=dumb

# What the initrd has mounted is left alone.
put() { # type, place, options
  mountpoint -q "$2" || { mkdir -p "$2" && mount -t "$1" -o "${3:-rw}" "$1" "$2"; } || echo "init: no $1 at $2"
}
put proc /proc
put sysfs /sys
put devtmpfs /dev
put devpts /dev/pts mode=620,ptmxmode=666
put tmpfs /dev/shm
put tmpfs /tmp mode=1777
put tmpfs /run mode=755
put tmpfs /results mode=755
put cgroup2 /sys/fs/cgroup
put bpf /sys/fs/bpf
put debugfs /sys/kernel/debug
put tracefs /sys/kernel/tracing
[ -e /dev/fd ] || ln -s /proc/self/fd /dev/fd

mkdir -p /opt/node /lib/modules
mount -o ro /dev/vdd /lib/modules
mount -o ro /dev/vde /opt/node
ip link set lo up
echo guest >/proc/sys/kernel/hostname

typeless=/job/project/test/vm/guest/typeless.js
[ ! -e $typeless ] || export NODE_OPTIONS=--import=$typeless

# A plain file rather than a pipe: what the job leaves running in the background must not hold up the end.
cd /job
: >/results/output
cut -d ' ' -f 1 /proc/uptime >/results/seconds-to-start
sh /job/run >>/results/output 2>&1 &
job=$!
tail -n +1 -f -s 0.2 --pid="$job" /results/output
wait "$job"
code=$?
echo "$code" >/results/exit-code
# A process that the kernel ended could not say so itself.
[ "$code" = 0 ] || dmesg | grep -E 'segfault|traps:|[Kk]illed process|BUG:|Oops|lockup' >>/results/output
cut -d ' ' -f 1 /proc/uptime >/results/seconds-to-end
dmesg >/results/dmesg

tar -cf /dev/vdc -C /results .
sync
echo o >/proc/sysrq-trigger
sleep 60
