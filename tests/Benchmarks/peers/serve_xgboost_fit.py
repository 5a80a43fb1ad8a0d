#!/usr/bin/python3
"""serve_xgboost_fit.py CSV MODEL: 100 rounds of 31 leaves on a float matrix (categories as numbers), as serve_xgboost.py asks it."""
import sys, os, json
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pandas as pd, xgboost as xgb
from common import *
csv, model = sys.argv[1:3]
d = pd.read_csv(csv); y = d.pop("label").to_numpy()
known = {c: sorted(d[c].dropna().unique().tolist()) for c in CAT}
json.dump(known, open(model + ".categories.json", "w"))
for c in CAT: d[c] = d[c].map({v: float(i) for i, v in enumerate(known[c])})
m = xgb.DMatrix(d[FEATURES].to_numpy(dtype="float32"), label=y, nthread=2)
xgb.train(dict(tree_method="hist", grow_policy="lossguide", max_depth=0, max_leaves=31, eta=0.1, max_bin=256, nthread=2, seed=0,
               objective="binary:logistic"), m, num_boost_round=100).save_model(model)
out(name="serve_xgboost_fit")
