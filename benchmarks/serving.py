"""Measures `peft serve` on loopback with wrk: python3 benchmarks/serving.py FOLDER [--quick].

PEFT names the command (default: the Release build). Prints the tables of docs/results/serving.md. Needs wrk (apt-get install wrk).
"""
import hashlib, json, os, random, re, shutil, signal, statistics, subprocess, sys, time, urllib.request

PEFT = os.environ.get("PEFT", "artifacts/bin/Peft.Tool/release/Peft.Tool")
ONNX = os.environ.get("ONNX", "artifacts/bin/OnnxServer/release/OnnxServer")
FOLDER, QUICK = sys.argv[1], "--quick" in sys.argv
SECONDS, ROUNDS = (2, 1) if QUICK else (6, 3)
URL = "http://127.0.0.1:5099"
TEXT = "I was charged twice for the same order and would like one of the payments back"


def train(name, *options):
    folder = os.path.join(FOLDER, "adapters", name)
    if not os.path.exists(os.path.join(folder, "result.json")):
        arguments = ["--task", "tickets", "--method", "lora", "--output", folder, "--overwrite", "--train-limit", "64", "--dev-limit", "32",
                     "--max-steps", "4", *options]
        subprocess.run([PEFT, "train", *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return f"{name}={folder}"


class Server:
    def __init__(self, adapters, *options, runs="runs"):
        arguments = [part for adapter in adapters for part in ("--adapter", adapter)]
        self.process = subprocess.Popen([PEFT, "serve", "--urls", URL, "--runs", os.path.join(FOLDER, runs), *arguments, *options],
                                        stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        assert "serving on" in line, line

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def memory(self):
        return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{self.process.pid}/status").read())[1]) / 1024


def wrk(connections, adapters, seconds=SECONDS, requests=None):
    """Requests per second, median and 99th percentile in ms, answers that are no 2xx and socket errors."""
    paths = ", ".join(f'"/v1/adapters/{name}/predict"' for name in adapters)
    script = os.path.join(FOLDER, "post.lua")
    with open(script, "w") as file:
        file.write(f"""
local paths, next = {{{paths}}}, 0
wrk.method, wrk.body, wrk.headers["Content-Type"] = "POST", '{json.dumps({"texts": [TEXT]})}', "application/json"
request = function() next = next % #paths + 1; return wrk.format(nil, paths[next]) end
done = function(summary, latency)
  local e = summary.errors
  print("RESULT", summary.requests * 1e6 / summary.duration, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    e.status + e.connect + e.read + e.write + e.timeout, summary.requests)
end
""")
    output = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", script, URL],
                            check=True, capture_output=True, text=True).stdout
    return [float(value) for value in re.search(r"RESULT\s+(.*)", output)[1].split()]


class OnnxServer(Server):
    """minilm's own file in ONNX Runtime; it listens where the other server would."""

    def __init__(self):
        self.process = subprocess.Popen([ONNX, "--urls", URL], stdout=subprocess.DEVNULL)
        for _ in range(200):
            time.sleep(0.1)
            try:
                call("POST", "/v1/adapters/a1/predict", {"texts": [TEXT]})
                return
            except OSError:
                continue
        raise TimeoutError(f"{ONNX} does not answer")


def beside_onnx(minilm):
    print("\n| connections | peft serve, requests/s | ONNX Runtime, requests/s | ratio |\n|---:|---:|---:|---:|")
    found = {}
    for _ in range(ROUNDS):
        for name, start in (("peft", lambda: Server(minilm[:1])), ("onnx", OnnxServer)):
            with start():
                wrk(4, ["a1"], 1)
                for connections in (1, 8, 32):
                    found.setdefault((connections, name), []).append(wrk(connections, ["a1"])[0])
    for connections in (1, 8, 32):
        ours, theirs = found[connections, "peft"], found[connections, "onnx"]
        ratio = statistics.median(one / other for one, other in zip(ours, theirs))
        print(f"| {connections} | {statistics.median(ours):.1f} | {statistics.median(theirs):.1f} | {ratio:.2f} |")


def call(method, path, body=None):
    request = urllib.request.Request(URL + path, method=method, data=None if body is None else json.dumps(body).encode(),
                                     headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        text = answer.read().decode()
    return json.loads(text) if text and "events" not in path else text


def medians(rows):
    return [statistics.median(values) for values in zip(*rows)]


def throughput(minilm):
    print("\n| connections | batch | requests/s | p50 ms | p99 ms | errors |\n|---:|---|---:|---:|---:|---:|")
    found = {}
    for _ in range(ROUNDS):
        for rows in (1, 32):
            with Server(minilm[:1], "--most-rows", str(rows)):
                wrk(4, ["a1"], 1)
                for connections in (1, 8, 32, 64):
                    found.setdefault((connections, rows), []).append(wrk(connections, ["a1"]))
    for (connections, rows), results in sorted(found.items()):
        rate, p50, p99, errors, _ = medians(results)
        print(f"| {connections} | {'one text' if rows == 1 else 'up to 32'} | {rate:.1f} | {p50:.1f} | {p99:.1f} | {errors:.0f} |")
    ratios = [with_[0] / without[0] for with_, without in zip(found[32, 32], found[1, 1])]
    print(f"\n32 connections with batches against 1 without: {statistics.median(ratios):.2f} (bar 3)")


def adapters(minilm):
    names = [f"a{index}" for index in range(1, 9)]
    ratios = []
    with Server(minilm) as server:
        wrk(4, names, 1)
        for _ in range(ROUNDS):
            one, eight = wrk(32, names[:1]), wrk(32, names)
            ratios.append(eight[0] / one[0])
            print(f"one adapter {one[0]:.1f}/s, eight in turn {eight[0]:.1f}/s")
        print(f"eight adapters against one, 32 connections: {statistics.median(ratios):.2f} (bar 0.8); {server.memory():.0f} MB resident")
        alone = medians([wrk(8, names[:1]) for _ in range(ROUNDS)])
        job = {"task": "tickets", "backbone": "minilm", "method": "lora", "epochs": 100}
        call("POST", "/v1/jobs", {"name": f"beside-{os.getpid()}", "options": job})
        time.sleep(10)
        beside = medians([wrk(8, names[:1]) for _ in range(ROUNDS)])
        print(f"8 connections: alone {alone[0]:.1f}/s, p99 {alone[2]:.0f} ms; while a job trains {beside[0]:.1f}/s, p99 {beside[2]:.0f} ms")
        cancel(f"beside-{os.getpid()}")


def cancel(name):
    def steps():
        with open(os.path.join(FOLDER, "runs", name, "events.jsonl")) as file:
            return sum('"type":"stepped"' in line for line in file)

    before, begun = steps(), time.time()
    while steps() < before + 5:
        time.sleep(0.01)
    step = (time.time() - begun) / 5
    begun = time.time()
    call("DELETE", f"/v1/jobs/{name}")
    answered = time.time() - begun
    while call("GET", f"/v1/jobs/{name}")["state"] == "running":
        time.sleep(0.005)
    print(f"a step takes {step * 1000:.0f} ms; cancel answered after {answered * 1000:.0f} ms, the job ended after "
          f"{(time.time() - begun) * 1000:.0f} ms")


def many(builtin):
    goal = (1_000, 4_000) if QUICK else (10_000, 100_000)
    with Server(builtin) as server:
        done, errors, memory = 0, 0, {}
        while done < goal[1]:
            _, _, _, failed, requests = wrk(32, ["b1"], 2)
            done, errors = done + requests, errors + failed
            if goal[0] <= done and goal[0] not in memory:
                memory[goal[0]] = server.memory()
        memory[goal[1]] = server.memory()
        first, last = memory[goal[0]], memory[goal[1]]
        print(f"{done:.0f} requests, {errors:.0f} errors; resident {first:.0f} MB after {goal[0]}, {last:.0f} MB after "
              f"{goal[1]}: {(last / first - 1) * 100:+.1f} %")


def kills():
    options = {"task": "builtin", "backbone": "builtin", "method": "adamix(lora)", "train-limit": 256, "dev-limit": 32, "batch-size": 8,
               "epochs": 30, "threads": 1}
    runs = "killed"
    shutil.rmtree(os.path.join(FOLDER, runs), ignore_errors=True)

    def adapter(name):
        with open(os.path.join(FOLDER, runs, name, "adapter", "adapter.safetensors"), "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()

    with Server([], runs=runs):
        begun = time.time()
        call("POST", "/v1/jobs", {"name": "whole", "options": options})
        call("GET", "/v1/jobs/whole/events")
        whole = time.time() - begun
        call("POST", "/v1/jobs", {"name": "killed", "options": options})
    killed, chance = 0, random.Random(20261128)
    while killed < (2 if QUICK else 10):
        server = Server([], runs=runs)
        time.sleep(chance.uniform(0.1, whole / 5))
        if call("GET", "/v1/jobs/killed")["state"] in ("succeeded", "failed"):
            server.__exit__()
            break
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        killed += 1
    with Server([], runs=runs):
        call("GET", "/v1/jobs/killed/events")
        job = call("GET", "/v1/jobs/killed")
    print(f"killed {killed} times in a job of {whole:.0f} s: {job['state']} in attempt {job['attempts']}, "
          f"{'the same bits' if adapter('whole') == adapter('killed') else 'OTHER BITS'} as a job that was not killed")


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    minilm = [train(f"a{seed}", "--backbone", "minilm", "--seed", str(seed)) for seed in range(1, 9)]
    builtin = [train("b1", "--backbone", "builtin")]
    throughput(minilm)
    adapters(minilm)
    beside_onnx(minilm)
    many(builtin)
    kills()
