# uvicorn serve_xgboost:app with MODEL: hand-tuned, no pydantic, no thread pool: json.loads in the event loop, a float matrix, inplace_predict
import json, os
import numpy as np, xgboost as xgb
from fastapi import FastAPI, Request
from starlette.responses import Response
NUM = ["num%02d" % (j + 1) for j in range(20)]
CAT = ["cat%d" % (k + 1) for k in range(5)]
M = os.environ["MODEL"]
cats = json.load(open(M + ".categories.json"))
b = xgb.Booster(model_file=M)
b.set_param({"nthread": 1})
nan = float("nan")
codes = [{v: float(i) for i, v in enumerate(cats[c])} for c in CAT]
app = FastAPI()


def score(rows):
    X = np.array([[nan if v is None else v for v in (r.get(c) for c in NUM)] + [k.get(r.get(c), nan) for c, k in zip(CAT, codes)] for r in rows], dtype=np.float32)
    return b.inplace_predict(X, validate_features=False)


async def one(request: Request):
    return Response('{"probability":%.17g}' % score([json.loads(await request.body())])[0], media_type="application/json")


async def many(request: Request):
    return Response(json.dumps({"probabilities": score(json.loads(await request.body())["rows"]).tolist()}), media_type="application/json")
app.add_route("/predict", one, methods=["POST"])
app.add_route("/predict_batch", many, methods=["POST"])
