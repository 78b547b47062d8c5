#!/bin/busybox sh
# The first program of the virtual machine: loads what the stage needs, takes the host's files read-only, and starts the
# scenarios in them. Everything written goes to memory.
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t configfs config /sys/kernel/config 2>/dev/null
for module in $(cat /modules/order); do
  insmod "/modules/$module" 2>/dev/null || echo "cannot load $module"
done
mount -t configfs config /sys/kernel/config 2>/dev/null
ip link set lo up
mkdir /host
mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=524288,cache=loose host /host || poweroff -f
mount --bind /dev /host/dev
mount --bind /proc /host/proc
mount --rbind /sys /host/sys
mount -t tmpfs -o mode=755 run /host/run
mkdir -p /host/run/kiosk /host/run/work /host/run/udev
chmod 1777 /host/run/work
# A folder of its own for the project: an ordinary user may not walk through the home of root.
mount --bind "/host$(cat /project)" /host/run/kiosk
stty -F /dev/ttyS1 raw -echo 2>/dev/null
export PATH=/run/kiosk/node_modules/.bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/run/work TMPDIR=/run/work
# In another root udevadm does nothing unless it is told that this is meant.
export SYSTEMD_IGNORE_CHROOT=1
chroot /host /run/kiosk/node_modules/.bin/node /run/kiosk/tests/vm/guest/main.ts
echo "the scenarios ended with $?"
poweroff -f
