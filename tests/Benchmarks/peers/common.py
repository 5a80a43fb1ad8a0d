import json, os, time, resource
DATA = os.environ["BENCH_DATA"]
NUM = ["num%02d" % (j + 1) for j in range(20)]
CAT = ["cat%d" % (k + 1) for k in range(5)]
FEATURES = NUM + CAT


def cpu():
    r = resource.getrusage(resource.RUSAGE_SELF)
    return r.ru_utime, r.ru_stime


class T:
    """wall + user+sys CPU of a block"""
    def __enter__(self):
        self.c = cpu(); self.t = time.perf_counter(); return self
    def __exit__(self, *a):
        self.s = time.perf_counter() - self.t
        c = cpu(); self.cpu = c[0] + c[1] - self.c[0] - self.c[1]


def rss_now():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def out(**kw):
    print("RESULT " + json.dumps(kw), flush=True)
