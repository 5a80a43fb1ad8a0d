#!/usr/bin/python3
"""serve_sklearn_fit.py CSV MODEL: fits 100 rounds of 31 leaves and saves the pipeline."""
import sys, os
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import joblib, numpy as np, pandas as pd
from common import *
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder
csv, model = sys.argv[1:3]
d = pd.read_csv(csv); y = d.pop("label").to_numpy()
prepare = ColumnTransformer([("num", "passthrough", NUM), ("cat", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan), CAT)])
joblib.dump(Pipeline([("prepare", prepare), ("model", HistGradientBoostingClassifier(max_iter=100, max_leaf_nodes=31, learning_rate=0.1, early_stopping=False, random_state=0))]).fit(d, y), model)
out(name="serve_sklearn_fit")
