#!/usr/bin/python3
"""Deterministic synthetic tables (numpy PCG64, fixed seeds) -> CSV under $BENCH_DATA.

20 numeric (num01..num20) + 5 categorical (cat1..cat5) features, missing values as empty
fields, nonlinear signal.  cls_*: binary 'label'; reg_*: float 'target'; drift_1m: the
classification table from a shifted population (num01 mean +0.3, num09 scale x1.3,
cat3 mix changed, num12 missing 20% -> 30%).
Floats are written with %.6g; integers plain; no quoting, LF line ends, header row.
"""
import hashlib, os, sys
import numpy as np

OUT = os.environ["BENCH_DATA"]
CARD = [3, 8, 20, 50, 100]
_e = np.random.default_rng(7)
EFFECT = [_e.normal(0, s, c) for c, s in zip(CARD, (0.5, 0.5, 0.6, 0.6, 0.4))]
LEVEL = [["c%d_%02d" % (k + 1, i) for i in range(c)] for k, c in enumerate(CARD)]


def features(rng, n, shift=False):
    z = rng.standard_normal((n, 12))
    x = np.empty((n, 20))
    x[:, 0:6] = z[:, 0:6]
    x[:, 6] = 0.6 * z[:, 0] + 0.8 * z[:, 6]                 # correlated
    x[:, 7] = 0.5 * z[:, 1] - 0.5 * z[:, 2] + 0.7 * z[:, 7]
    x[:, 8] = np.exp(0.8 * z[:, 8])                          # lognormal
    x[:, 9] = rng.uniform(-2, 2, n)
    x[:, 10] = rng.uniform(0, 1, n) ** 2
    x[:, 11] = 10 + 3 * z[:, 9]
    x[:, 12] = rng.gamma(2.0, 50.0, n)
    x[:, 13] = rng.exponential(1.0, n)
    x[:, 14] = 1000 + 250 * z[:, 10]
    x[:, 15] = rng.standard_t(5, n)                          # noise, heavy tail
    x[:, 16] = z[:, 11]                                      # noise
    x[:, 17] = rng.integers(18, 90, n)                       # age-like integer
    x[:, 18] = rng.poisson(3.0, n)                           # count
    x[:, 19] = rng.integers(0, 2, n)                         # flag
    cats = []
    for k, c in enumerate(CARD):
        p = 1.0 / (np.arange(c) + 2.0) ** (0.3 + 0.2 * k)    # long tailed
        if shift and k == 2:
            p = p[::-1] ** 0.5
        cats.append(rng.choice(c, n, p=p / p.sum()))
    if shift:
        x[:, 0] += 0.3
        x[:, 8] *= 1.3
    return x, cats


def signal(x, cats):
    f = (1.2 * np.sin(2 * x[:, 0]) + 0.8 * x[:, 1] * x[:, 2] + 1.0 * (x[:, 3] > 0.5)
         - 0.5 * x[:, 4] ** 2 + 0.6 * np.abs(x[:, 5]) + 0.4 * x[:, 6] - 0.5 * x[:, 7]
         + 0.5 * np.log(x[:, 8]) + 0.7 * x[:, 9] * (cats[0] == 1) - 0.9 * (x[:, 10] > 0.6)
         + 0.12 * (x[:, 11] - 10) - 0.6 * np.tanh((x[:, 12] - 100) / 60)
         + 0.4 * np.minimum(x[:, 13], 2) * x[:, 19] + 0.002 * (x[:, 14] - 1000)
         + 0.8 * ((x[:, 17] > 30) & (x[:, 17] < 55)) - 0.15 * x[:, 18])
    for k in range(5):
        f = f + EFFECT[k][cats[k]]
    return f - 0.9


def missing(rng, x, cats, f, shift=False):
    n = len(f)
    mx = np.zeros(x.shape, bool)
    mc = [np.zeros(n, bool) for _ in cats]
    mx[:, 2] = rng.random(n) < 0.05
    mx[:, 6] = rng.random(n) < np.where(f > 0.5, 0.15, 0.05)  # informative
    mx[:, 11] = rng.random(n) < (0.30 if shift else 0.20)
    mx[:, 14] = rng.random(n) < 0.01
    mc[1] = rng.random(n) < 0.03
    mc[3] = rng.random(n) < 0.08
    return mx, mc


def write(name, x, cats, mx, mc, ycol, y):
    path = os.path.join(OUT, name)
    ints = {17, 18, 19}
    h = hashlib.sha256()
    with open(path, "wb") as fh:
        def put(s):
            b = s.encode("ascii"); h.update(b); fh.write(b)
        put(",".join(["num%02d" % (j + 1) for j in range(20)] + ["cat%d" % (k + 1) for k in range(5)] + [ycol]) + "\n")
        for a in range(0, len(y), 50000):
            b = min(a + 50000, len(y))
            cols = []
            for j in range(20):
                v = x[a:b, j].tolist()
                s = ["%d" % t for t in v] if j in ints else ["%.6g" % t for t in v]
                if mx[a:b, j].any():
                    s = ["" if m else t for t, m in zip(s, mx[a:b, j].tolist())]
                cols.append(s)
            for k in range(5):
                lv = LEVEL[k]
                s = [lv[t] for t in cats[k][a:b].tolist()]
                if mc[k][a:b].any():
                    s = ["" if m else t for t, m in zip(s, mc[k][a:b].tolist())]
                cols.append(s)
            yy = y[a:b].tolist()
            cols.append(["%d" % t for t in yy] if ycol == "label" else ["%.6g" % t for t in yy])
            put("\n".join(map(",".join, zip(*cols))) + "\n")
    print("%s  %s  %d bytes  mean(y)=%.4f" % (h.hexdigest(), name, os.path.getsize(path), y.mean()), flush=True)


JOBS = {  # name: (seed, rows, kind, shift)
    "cls_100k.csv": (101, 100_000, "cls", False),
    "cls_1m.csv": (102, 1_000_000, "cls", False),
    "cls_test200k.csv": (103, 200_000, "cls", False),
    "reg_1m.csv": (104, 1_000_000, "reg", False),
    "reg_test200k.csv": (105, 200_000, "reg", False),
    "drift_1m.csv": (106, 1_000_000, "cls", True),
}
for name in (sys.argv[1:] or JOBS):
    seed, n, kind, shift = JOBS[name]
    rng = np.random.default_rng(seed)
    x, cats = features(rng, n, shift)
    f = signal(x, cats)
    mx, mc = missing(rng, x, cats, f, shift)
    if kind == "cls":
        write(name, x, cats, mx, mc, "label", (rng.random(n) < 1 / (1 + np.exp(-f))).astype(int))
    else:
        write(name, x, cats, mx, mc, "target", f + rng.normal(0, 1.0, n))
