"""OnnxSlim in its own process: python bench/graph/run_onnxslim.py SOURCE TARGET WARM_UP RUNS

Reads and optimises the file again and again, for WARM_UP seconds unmeasured, then RUNS times, and prints milliseconds of processor
time as JSON: `first` of the very first time, `median` of the measured ones. Imports are not in it. `run_ours.mjs` does the same.
"""

import json
import statistics
import sys
import time

import onnx
import onnxslim


def main(source, target, warm_up, runs):
    def timed():
        start = time.process_time()
        slimmed = onnxslim.slim(source)
        return (time.process_time() - start) * 1000, slimmed

    begin = time.process_time()
    first, slimmed = timed()
    while time.process_time() - begin < warm_up:
        timed()
    median = statistics.median(timed()[0] for _ in range(runs))
    onnx.save(slimmed, target)
    print(json.dumps({"first": first, "median": median}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]))
