#!/bin/sh
# Run a command inside a system's folder, cut off from every network, and leave nothing mounted.
# Usage: room.sh FOLDER root|person COMMAND…; BOUND="from:to …" mounts folders read-only, X11=1 brings the display's socket.
# Not chroot: the kernel gives no user namespace, and so no sandbox, to who is in one.
# SIGKILL ends it with all that runs in it; unshare lets no other signal through.
set -e
folder=$1 who=$2
shift 2
export folder who BOUND X11
exec unshare --mount --net --pid --ipc --uts --fork --kill-child sh -c '
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
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
  for name in null zero full random urandom tty; do touch dev/$name; mount --bind /dev/$name dev/$name; done
  mount -t tmpfs -o mode=1777 tmpfs tmp
  ln -s /proc/self/fd dev/fd
  ln -s pts/ptmx dev/ptmx
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
    # Not exec: who changes the user loses the wish to die with the parent, and the room would outlive its test.
    code=0
    setpriv --reuid 1000 --regid 1000 --clear-groups \
      env -i HOME=/home/person PATH=/usr/bin:/bin LANG=C.UTF-8 ${DISPLAY:+DISPLAY=$DISPLAY} "$@" || code=$?
    exit $code
  fi
  exec env -i HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"
' sh "$@"
