#!/usr/bin/env python3
"""Measures Madang and InspIRCd in turn and prints their ratios.

The speed of a machine drifts, so only ratios within one run mean anything: in every
round each job runs against one server and then the other (A B, then B A), each started
afresh, pinned to one core, with the generator on another. The medians of all rounds are
compared. Only processes started here are ended.

  tools/bench/compare.sh --madang ./madang                   all jobs, five rounds
  tools/bench/compare.sh --madang ./madang --jobs a,b,c,d --rounds 3
  tools/bench/compare.sh --madang ./madang --command '{madang} serve --config my.toml' --address 127.0.0.1:6667
  tools/bench/compare.sh --madang ./madang --only inspircd   the reference alone

{madang} and {data} in --command stand for the binary and a fresh folder. Without
--address the server's output is searched for the address, with --address-pattern.
"""

import argparse
import json
import os
import pathlib
import re
import shlex
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

# name: (arguments of `madang bench`, figure in its JSON, unit, divide by, more is better)
JOBS = {
    "a": (["fanout", "a"], ["deliveries_per_cpu_second"], "k deliveries/CPU s", 1000, True),
    "b": (["fanout", "b"], ["deliveries_per_cpu_second"], "k deliveries/CPU s", 1000, True),
    "c": (["fanout", "c"], ["deliveries_per_cpu_second"], "k deliveries/CPU s", 1000, True),
    "d": (["fanout", "d"], ["deliveries_per_cpu_second"], "k deliveries/CPU s", 1000, True),
    "p50": (["latency"], ["delivery", "p50_ms"], "ms", 1, False),
    "p99": (["latency"], ["delivery", "p99_ms"], "ms", 1, False),
    "p999": (["latency"], ["delivery", "p999_ms"], "ms", 1, False),
    "idle": (["idle"], ["resident_per_connection"], "bytes/connection", 1, False),
    "register": (["joins"], ["cpu_seconds_per_1000_registrations"], "CPU s/1,000", 1, False),
    "join": (["joins"], ["cpu_seconds_per_1000_joins"], "CPU s/1,000", 1, False),
    "onejoin": (["onejoin"], ["settled", "wall_seconds"], "s until all saw all", 1, False),
    "reconnect": (["reconnect"], ["join", "server_cpu_seconds"], "CPU s of rejoining", 1, False),
}

INSPIRCD = """<config format="xml">
<server name="bench.local" description="bench" network="Bench">
<admin name="bench" nick="bench" email="bench@bench.local">
<bind address="127.0.0.1" port="{port}" type="clients">
<connect name="bench" allow="*" timeout="120" pingfreq="10m" hardsendq="1G" softsendq="1G" recvq="1M"
  threshold="1000000" commandrate="1000000000" fakelag="no" localmax="100000" globalmax="100000" limit="100000"
  maxchans="100" maxconnwarn="no" useident="no" resolvehostnames="no" useconnectban="no" useconnflood="no">
<performance netbuffersize="10240" somaxconn="4096" softlimit="{descriptors}" clonesonconnect="no" quietbursts="yes" timeskipwarn="0">
<dns server="127.0.0.1" timeout="1">
<options defaultmodes="n">
<security userstats="Pu">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="{folder}/inspircd.log">
<pid file="{folder}/inspircd.pid">
<path configdir="{folder}" datadir="{folder}" logdir="{folder}" runtimedir="{folder}">
{modules}
"""


class Failure(Exception):
    """A sentence for the person who started the comparison."""


class Server:
    """One server process with a folder of its own, gone at the end of the with block."""

    def __init__(self, name, core, wait):
        self.name, self.core, self.wait = name, core, wait
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="madang-compare-"))
        self.process, self.address = None, None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def launch(self, command):
        # Output goes to a file: a pipe that nobody reads could stall the server. taskset
        # replaces itself by the server, so the process id is the server's.
        with open(self.folder / "output", "wb") as output:
            self.process = subprocess.Popen(
                ["taskset", "-c", str(self.core)] + command,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)

    def output(self):
        return (self.folder / "output").read_text(errors="replace")

    def await_address(self, find):
        """Waits until find() names an address that accepts connections."""
        end = time.monotonic() + self.wait
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise Failure(f"{self.name} ended with {self.process.returncode}:\n{self.output()}")
            address = find()
            if address and accepts(address):
                self.address = address
                return
            time.sleep(0.05)
        raise Failure(f"{self.name} is not listening after {self.wait} s:\n{self.output()}")


class Inspircd(Server):
    def __init__(self, options):
        super().__init__("inspircd", options.server_core, options.wait)
        self.binary = options.inspircd
        self.modules = "\n".join(f'<module name="{name}">' for name in filter(None, options.inspircd_modules.split(",")))

    def start(self):
        port = free_port()
        config = self.folder / "inspircd.conf"
        config.write_text(INSPIRCD.format(port=port, folder=self.folder, modules=self.modules, descriptors=descriptors()))
        as_root = ["--runasroot"] if os.geteuid() == 0 else []
        self.launch([self.binary, f"--config={config}", "--nofork", *as_root])
        self.await_address(lambda: f"127.0.0.1:{port}")


class Madang(Server):
    def __init__(self, options):
        super().__init__("madang", options.server_core, options.wait)
        self.options = options

    def start(self):
        data = self.folder / "data"
        self.launch([
            word.format(madang=self.options.madang, data=data)
            for word in shlex.split(self.options.command)])
        pattern = re.compile(self.options.address_pattern, re.MULTILINE | re.IGNORECASE)

        def find():
            if self.options.address:
                return self.options.address
            for found in pattern.finditer(self.output()):
                if not found.group(1).endswith(":0"):
                    return found.group(1)
            return None

        self.await_address(find)


def accepts(address):
    host, port = address.rsplit(":", 1)
    try:
        socket.create_connection((host.strip("[]"), int(port)), 1).close()
        return True
    except OSError:
        return False


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def descriptors():
    import resource
    return resource.getrlimit(resource.RLIMIT_NOFILE)[1]


def measure(server, arguments, options):
    """Runs one job and returns its JSON, or raises Failure."""
    command = ["taskset", "-c", str(options.generator_core), options.generator or options.madang, "bench", "--json",
               *arguments, "--addr", server.address, "--pid", str(server.process.pid)]
    if arguments[0] in ("fanout", "latency"):
        command += ["--duration", f"{options.seconds}s"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=options.timeout)
    except subprocess.TimeoutExpired:
        raise Failure(f"{server.name}: {' '.join(arguments)} took more than {options.timeout} s") from None
    if done.returncode != 0:
        raise Failure(f"{server.name}: {' '.join(arguments)} failed: {done.stderr.strip()}")
    result = json.loads(done.stdout)
    anomalies = {key: count for key, count in result.get("anomalies", {}).items() if count}
    if anomalies:
        print(f"  {server.name}: {' '.join(arguments)}: ANOMALIES {anomalies}", file=sys.stderr)
    return result


def figure(result, path):
    for key in path:
        result = result.get(key, 0)
    return result


def compare(options):
    """Returns {server: {job: [figure, ...]}}."""
    servers = {"inspircd": Inspircd, "madang": Madang}
    if options.only:
        servers = {options.only: servers[options.only]}
    figures = {name: {job: [] for job in options.jobs} for name in servers}
    begun = time.monotonic()
    for number in range(options.rounds):
        # Jobs that read different figures of one run share it.
        for arguments in dict.fromkeys(tuple(JOBS[job][0]) for job in options.jobs):
            order = list(servers)[:: 1 if number % 2 == 0 else -1]
            for name in order:
                if time.monotonic() - begun > options.limit:
                    print(f"stopped after {options.limit} s, in round {number + 1}", file=sys.stderr)
                    return figures
                try:
                    with servers[name](options) as server:
                        result = measure(server, list(arguments), options)
                except Failure as failure:
                    print(f"  {failure}", file=sys.stderr)
                    continue
                for job in options.jobs:
                    if tuple(JOBS[job][0]) == arguments:
                        figures[name][job].append(figure(result, JOBS[job][1]))
        print(f"round {number + 1} of {options.rounds} done after {time.monotonic() - begun:.0f} s", file=sys.stderr)
    return figures


def report(figures, options):
    names = list(figures)
    print(f"{'job':<10} {'unit':<20}" + "".join(f" {name:>12} {'spread':>17} {'n':>2}" for name in names) + f" {'madang/inspircd':>16}")
    for job in options.jobs:
        _, _, unit, divide, more = JOBS[job]
        line, medians = f"{job:<10} {unit:<20}", {}
        for name in names:
            values = [value / divide for value in figures[name][job]]
            if not values:
                line += f" {'failed':>12} {'':>17}  0"
                continue
            medians[name] = statistics.median(values)
            line += f" {short(medians[name]):>12} {short(min(values)) + '..' + short(max(values)):>17} {len(values):>2}"
        if len(medians) == 2 and medians["inspircd"]:
            line += f" {medians['madang'] / medians['inspircd']:>8.2f} {'more' if more else 'less'} is better"
        print(line)


def short(value):
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--madang", required=True, help="the binary; it is the generator too")
    parser.add_argument("--generator", help="another binary to run `bench` of")
    parser.add_argument("--command", help="how madang is started",
                        default='{madang} serve --data {data} --irc 127.0.0.1:0 --line "" --durability none --no-limits')
    parser.add_argument("--address", help="where madang's IRC listens, when that is known beforehand")
    parser.add_argument("--address-pattern", default=r"^.*\birc\b.*?(127\.0\.0\.1:\d+)",
                        help="regular expression, without regard to case, for a line of its output; group 1 is the address")
    parser.add_argument("--inspircd", default="/usr/sbin/inspircd")
    parser.add_argument("--inspircd-modules", default="", help="modules to load, e.g. cap,ircv3,ircv3_servertime")
    parser.add_argument("--only", choices=["inspircd", "madang"])
    parser.add_argument("--jobs", default=",".join(JOBS), help="of " + ",".join(JOBS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5, help="measured phase of fan-out and latency")
    parser.add_argument("--server-core", type=int, default=0)
    parser.add_argument("--generator-core", type=int, default=1)
    parser.add_argument("--wait", type=int, default=20, help="seconds until a server must listen")
    parser.add_argument("--timeout", type=int, default=240, help="seconds for one job")
    parser.add_argument("--limit", type=int, default=3600, help="seconds after which no job is begun")
    parser.add_argument("--json", action="store_true", help="print all figures as one object too")
    options = parser.parse_args()
    options.jobs = options.jobs.split(",")
    unknown = [job for job in options.jobs if job not in JOBS]
    if unknown:
        parser.error(f"no such job: {', '.join(unknown)}")
    options.madang = str(pathlib.Path(options.madang).resolve())
    return options


def main():
    options = parse()
    figures = compare(options)
    report(figures, options)
    if options.json:
        print(json.dumps(figures))
    return 0 if all(values for jobs in figures.values() for values in jobs.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
