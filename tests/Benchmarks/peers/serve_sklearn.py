# uvicorn serve_sklearn:app with MODEL: a pipeline of scikit-learn behind FastAPI, as its users write it, with columns built lean
import os
from typing import List, Optional
import joblib, numpy as np, pandas as pd
from fastapi import FastAPI
from pydantic import BaseModel, create_model
NUM = ["num%02d" % (j + 1) for j in range(20)]
CAT = ["cat%d" % (k + 1) for k in range(5)]
Row = create_model("Row", **{**{c: (Optional[float], None) for c in NUM}, **{c: (Optional[str], None) for c in CAT}})


class Batch(BaseModel):
    rows: List[Row]


model = joblib.load(os.environ["MODEL"])
app = FastAPI()


def score(rows):
    d = {c: np.array([getattr(r, c) for r in rows], dtype=float) for c in NUM}
    d.update({c: np.array([getattr(r, c) for r in rows], dtype=object) for c in CAT})
    return model.predict_proba(pd.DataFrame(d))[:, 1]


@app.post("/predict")
def predict(row: Row):
    return {"probability": float(score([row])[0])}


@app.post("/predict_batch")
def predict_batch(b: Batch):
    return {"probabilities": score(b.rows).tolist()}
