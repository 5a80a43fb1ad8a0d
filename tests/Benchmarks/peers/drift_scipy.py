#!/usr/bin/python3
"""Drift of drift_1m against cls_1m with scipy on the raw data: KS (20 numeric columns), chi-squared (5 categorical), PSI (25; 10 bins by quantiles of the reference, and missing)."""
import sys, os
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import numpy as np, pandas as pd
from scipy.stats import ks_2samp, chi2_contingency
from common import *
a = pd.read_csv(sys.argv[1]); b = pd.read_csv(sys.argv[2])


def psi_of(p, q):
    p = np.maximum(p / p.sum(), 1e-6); q = np.maximum(q / q.sum(), 1e-6)
    return float(((q - p) * np.log(q / p)).sum())


ks, psi, chi = {}, {}, {}
with T() as t1:
    for c in NUM:
        x, y = a[c].to_numpy(), b[c].to_numpy()
        ks[c] = ks_2samp(x[~np.isnan(x)], y[~np.isnan(y)], method="asymp")[:2]
with T() as t2:
    for c in NUM:
        x, y = a[c].to_numpy(float), b[c].to_numpy(float); nx, ny = np.isnan(x), np.isnan(y); x, y = x[~nx], y[~ny]
        e = np.unique(np.quantile(x, np.linspace(0, 1, 11)[1:-1]))
        p = np.bincount(np.searchsorted(e, x, side="left"), minlength=len(e) + 1)
        q = np.bincount(np.searchsorted(e, y, side="left"), minlength=len(e) + 1)
        psi[c] = psi_of(np.append(p, nx.sum()), np.append(q, ny.sum()))
with T() as t3:
    for c in CAT:
        p, q = a[c].value_counts(dropna=False), b[c].value_counts(dropna=False)
        u = p.index.union(q.index, sort=False); p, q = p.reindex(u, fill_value=0), q.reindex(u, fill_value=0)
        psi[c] = psi_of(p.to_numpy(float), q.to_numpy(float)); chi[c] = chi2_contingency(np.vstack([p, q]))[0]
out(name="drift", ks20_s=t1.s, psi_num20_s=t2.s, psi_chi2_cat5_s=t3.s, total_s=t1.s + t2.s + t3.s, cpu_s=t1.cpu + t2.cpu + t3.cpu, psi_num01=psi["num01"], ks_num01=ks["num01"][0])
