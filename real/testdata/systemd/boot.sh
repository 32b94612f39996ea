#!/bin/bash
# Boots systemd in namespaces of its own, on a copy of this machine's files that is kept
# in memory, with the unit that the project ships, and has proof.sh look at it.
#   boot.sh FOLDER BINARY UNIT PROOF
# FOLDER gets what the proof says. Run it as the first process of new namespaces.
set -euo pipefail
folder=$1 binary=$2 unit=$3 proof=$4

mount --make-rprivate /
mount -t tmpfs tmpfs "$folder/layers"
mkdir "$folder/layers/upper" "$folder/layers/work" "$folder/layers/root"
root=$folder/layers/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/layers/upper,workdir=$folder/layers/work" "$root"

install -m 755 "$binary" "$root/usr/local/bin/madang"
install -m 755 "$proof" "$root/proof.sh"
install -m 644 "$unit" "$root/etc/systemd/system/madang.service"
: >"$root/etc/madang.toml"
: >"$root/etc/fstab"
rm -rf "$root/var/lib/madang" "$root/var/lib/private"
cat >"$root/etc/systemd/system/proof.service" <<'UNIT'
[Service]
Type=oneshot
StandardOutput=file:/said/proof.txt
StandardError=inherit
ExecStart=/proof.sh
UNIT

mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t cgroup2 none "$root/sys/fs/cgroup"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mount --rbind /dev "$root/dev"
mkdir "$root/said"
mount --bind "$folder/said" "$root/said"
ip link set lo up
exec chroot "$root" env container=madang /lib/systemd/systemd \
  --system --unit=proof.service --log-target=console --show-status=no
