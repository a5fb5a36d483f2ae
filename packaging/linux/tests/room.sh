#!/bin/sh
# Run a command as an ordinary user inside a system's folder, cut off from every network, and leave nothing mounted.
# Usage: room.sh FOLDER root|person COMMAND…; BOUND="from:to …" mounts folders read-only, X11=1 brings the display's socket.
# Not chroot: the kernel gives no user namespace, and so no sandbox, to who is in one.
set -e
folder=$1 who=$2
shift 2
export folder who BOUND X11
exec unshare --mount --net --pid --ipc --fork --kill-child sh -c '
  set -e
  ip link set lo up
  mount --make-rprivate /
  mount --bind "$folder" "$folder"
  cd "$folder"
  mkdir -p proc dev sys tmp old
  mount -t proc proc proc
  mount -t tmpfs -o mode=755 tmpfs dev
  mkdir dev/shm dev/pts
  mount -t tmpfs -o mode=1777 tmpfs dev/shm
  for name in null zero full random urandom tty; do touch dev/$name; mount --bind /dev/$name dev/$name; done
  mount -t tmpfs -o mode=1777 tmpfs tmp
  ln -s /proc/self/fd dev/fd
  if [ -n "$X11" ]; then mkdir tmp/.X11-unix; mount --bind /tmp/.X11-unix tmp/.X11-unix; fi
  for pair in $BOUND; do
    mkdir -p ".${pair#*:}"
    mount --bind "${pair%%:*}" ".${pair#*:}"
    mount -o remount,bind,ro ".${pair#*:}"
  done
  pivot_root . old
  umount -l /old
  rmdir /old
  cd /
  if [ "$who" = person ]; then
    mkdir -p /home/person && chown 1000:1000 /home/person
    exec setpriv --reuid 1000 --regid 1000 --clear-groups env -i HOME=/home/person PATH=/usr/bin:/bin ${DISPLAY:+DISPLAY=$DISPLAY} "$@"
  fi
  exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"
' sh "$@"
