#!/usr/bin/python3
"""One fit in one process: train_sklearn.py hgb|linear cls|reg TRAIN.csv TEST.csv
The test rows are loaded after the fit, so that neither time nor memory of the way from CSV to model holds them."""
import sys, os, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import numpy as np, pandas as pd
from common import *
learner, task, train, test = sys.argv[1:5]
label = "label" if task == "cls" else "target"
with T() as load:
    rows = pd.read_csv(train)
y = rows.pop(label).to_numpy()
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.metrics import log_loss, mean_squared_error, roc_auc_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
if learner == "hgb":
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    prepare = ColumnTransformer([("num", "passthrough", NUM),
                                 ("cat", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan), CAT)])
    kind = HistGradientBoostingClassifier if task == "cls" else HistGradientBoostingRegressor
    model = kind(max_iter=100, max_leaf_nodes=31, learning_rate=0.1, early_stopping=False,
                 categorical_features=[False] * len(NUM) + [True] * len(CAT), random_state=0)
else:
    from sklearn.linear_model import LogisticRegression, Ridge
    prepare = ColumnTransformer([("num", make_pipeline(SimpleImputer(strategy="mean"), StandardScaler()), NUM),
                                 ("cat", OneHotEncoder(handle_unknown="ignore"), CAT)])
    model = LogisticRegression(solver="lbfgs", max_iter=1000) if task == "cls" else Ridge(alpha=1.0)
with T() as pre:
    X = prepare.fit_transform(rows)
with T() as fit:
    model.fit(X, y)
process = time.time() - float(os.environ["BENCH_BEGAN"])
figures = dict(load_s=load.s, prepare_s=pre.s, fit_s=fit.s, fit_cpu_s=fit.cpu, csv_to_model_s=process, peak_mb=peak())
rows = pd.read_csv(test)
y = rows.pop(label).to_numpy()
pipeline = Pipeline([("prepare", prepare), ("model", model)])
if task == "cls":
    p = pipeline.predict_proba(rows)[:, 1]
    figures.update(auc=float(roc_auc_score(y, p)), logLoss=float(log_loss(y, p)))
else:
    figures.update(rmse=float(mean_squared_error(y, pipeline.predict(rows)) ** .5))
out(**figures)
