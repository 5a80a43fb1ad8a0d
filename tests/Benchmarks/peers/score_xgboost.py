#!/usr/bin/python3
"""score_xgboost.py fit CSV MODEL: fits 100 rounds of 31 leaves and saves them.  score_xgboost.py score CSV MODEL: times predict on a matrix that is ready."""
import sys, os, json, warnings
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pandas as pd, xgboost as xgb
from common import *
warnings.filterwarnings("ignore")
mode, csv, model = sys.argv[1:4]
d = pd.read_csv(csv); y = d.pop("label").to_numpy()
cats = model + ".categories.json"
if mode == "fit":
    known = {c: sorted(d[c].dropna().unique().tolist()) for c in CAT}
    json.dump(known, open(cats, "w"))
known = json.load(open(cats))
for c in CAT: d[c] = pd.Categorical(d[c], categories=known[c])
if mode == "fit":
    m = xgb.DMatrix(d, label=y, nthread=2, enable_categorical=True)
    b = xgb.train(dict(tree_method="hist", grow_policy="lossguide", max_depth=0, max_leaves=31, eta=0.1, max_bin=256, nthread=2, seed=0,
                       objective="binary:logistic"), m, num_boost_round=100)
    b.save_model(model)
    out(name="fit_xgboost")
else:
    b = xgb.Booster(model_file=model); b.set_param({"nthread": 2})
    with T() as build: m = xgb.DMatrix(d, nthread=2, enable_categorical=True)
    with T() as score: b.predict(m)
    with T() as load: xgb.Booster(model_file=model)
    rows = min(len(d), 2000); few = xgb.DMatrix(d.iloc[:rows], nthread=2, enable_categorical=True)
    with T() as explain: b.predict(few, pred_contribs=True)
    out(name="score_xgboost", score_s=score.s, score_cpu_s=score.cpu, build_s=build.s, load_s=load.s, explain_us=explain.s / rows * 1e6)
