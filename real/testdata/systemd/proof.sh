#!/bin/bash
# What an administrator sees of the service, one fact a line; run inside by boot.sh.
is() { systemctl show madang -p "$1" --value; }
until_ready() { for _ in {1..100}; do systemctl is-active -q madang && return; sleep 0.1; done; }

systemctl start madang
echo "start $? $(systemctl is-active madang) $(is Type)"
pid=$(is MainPID)
echo "user $(awk '/^Uid/ { print ($2 == 0) ? "root" : "own" }' "/proc/$pid/status")"
awk '/^(CapEff|NoNewPrivs|Seccomp):/ { print $1, $2 }' "/proc/$pid/status"
echo "data $(stat -Lc %a /var/lib/madang) $(stat -c %a /var/lib/madang/admin.sock)"
{ echo "from a service"; sleep 0.5; } | timeout 5 nc 127.0.0.1 9999
echo "said $(timeout 5 madang say lobby 'ready means listening' >/dev/null 2>&1; echo $?)"
timeout 5 madang backup /var/lib/madang/backup.db --data /var/lib/madang
echo 'nonsense = 1' >/etc/madang.toml
systemctl reload madang
echo "reload $? $(systemctl is-active madang)"
for _ in {1..50}; do journalctl -u madang -o cat | grep -q nonsense && break; sleep 0.1; done
journalctl -u madang -o cat | grep -c 'madang.toml:1: nonsense'
: >/etc/madang.toml
kill -9 "$pid"
sleep 1.5
until_ready
echo "again $(systemctl is-active madang) $(is NRestarts)"
{ echo /history; sleep 0.5; } | timeout 5 nc 127.0.0.1 9999 | grep -o 'from a service'
systemctl stop madang
echo "stop $? $(is Result) $(is ExecMainStatus)"
echo 'nonsense = 1' >/etc/madang.toml
systemctl start madang
sleep 1.5
echo "wrong $(systemctl is-active madang) $(is ExecMainStatus) $(is NRestarts)"
echo end
systemctl exit 0
