#!/usr/bin/python3
"""Writes gbdt_peer.json: a small table and the predictions of scikit-learn 1.2.1 on it."""
import json, numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier as C, HistGradientBoostingRegressor as R
rng = np.random.default_rng(3)
n = 120
x = rng.integers(0, 48, n) / 8.0; z = rng.integers(0, 32, n) / 4.0; c = rng.integers(0, 5, n)
x[rng.random(n) < .1] = np.nan
w = rng.integers(1, 5, n) / 2.0
r = np.round(np.nan_to_num(x, nan=2.) * 1.5 - (z - 4) ** 2 / 3 + np.array([0, 2, -1, 3, 1])[c] + rng.normal(0, 1, n), 3)
y = (r + rng.normal(0, 2, n) > 2.5).astype(int)
X = np.c_[x, z, c.astype(float)]
kw = dict(max_iter=5, learning_rate=.3, max_leaf_nodes=6, min_samples_leaf=5, l2_regularization=1.5, early_stopping=False, random_state=0)
cases = {}
N = X[:, :2]
cases["numbers"] = R(**kw).fit(N, r).predict(N)
cases["categories"] = R(**kw, categorical_features=[2]).fit(X, r).predict(X)
cases["weighted"] = R(**kw).fit(N, r, sample_weight=w).predict(N)
cases["decreasing"] = R(**kw, monotonic_cst=[0, -1]).fit(N, r).predict(N)
cases["binary"] = C(**kw).fit(N, y).predict_proba(N)[:, 1]
cases["balanced"] = C(**kw, class_weight="balanced").fit(N, y).predict_proba(N)[:, 1]
cases["classWeights"] = C(**kw, class_weight={0: 1, 1: 3}).fit(N, y).predict_proba(N)[:, 1]
out = dict(source="scikit-learn 1.2.1 HistGradientBoosting, max_iter=5, learning_rate=0.3, max_leaf_nodes=6, min_samples_leaf=5, l2_regularization=1.5",
  x=[None if np.isnan(v) else v for v in x], z=z.tolist(), c=c.tolist(), w=w.tolist(), r=r.tolist(), y=y.tolist(),
  predictions={k: [round(float(v), 9) for v in p] for k, p in cases.items()})
print(json.dumps(out))
