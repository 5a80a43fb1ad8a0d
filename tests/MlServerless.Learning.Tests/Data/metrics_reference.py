"""Writes metrics_reference.json: metrics and standard errors as scikit-learn, SciPy and NumPy give them.

Run with scikit-learn 1.2.1, SciPy 1.10.1: python3 metrics_reference.py > metrics_reference.json
Standard errors of other metrics than means come from the derivative of scikit-learn's metric by the weight of each row.
"""
import json
import sys

import numpy as np
from scipy import stats
from sklearn import metrics as m
from sklearn.calibration import calibration_curve
from sklearn.preprocessing import label_binarize

STEP = 1e-4


def standard_error(measure, n):
    """Of a metric that takes weights: the infinitesimal jackknife."""
    influence = np.empty(n)
    for i in range(n):
        w = np.ones(n)
        w[i] = 1 + STEP
        above = measure(w)
        w[i] = 1 - STEP
        influence[i] = (above - measure(w)) / (2 * STEP) * n
    return influence, float(np.sqrt((influence ** 2).sum() / (n * (n - 1))))


def delong(y, score):
    """By all pairs."""
    pos, neg = score[y == 1], score[y == 0]
    order = (pos[:, None] > neg[None, :]) + 0.5 * (pos[:, None] == neg[None, :])
    return order.mean(), order.mean(axis=1), order.mean(axis=0)


def binary(name, y, p, threshold, other):
    n = len(y)
    hat = (p >= threshold).astype(int)
    metrics = {
        "auc": m.roc_auc_score(y, p), "prAuc": m.average_precision_score(y, p), "logLoss": m.log_loss(y, p, eps=1e-15),
        "brier": m.brier_score_loss(y, p), "accuracy": m.accuracy_score(y, hat), "balancedAccuracy": m.balanced_accuracy_score(y, hat),
        "precision": m.precision_score(y, hat), "recall": m.recall_score(y, hat), "f1": m.f1_score(y, hat),
    }
    observed, predicted = calibration_curve(y, p, n_bins=10)
    bins = np.searchsorted(np.linspace(0, 1, 11)[1:-1], p)
    counts = np.bincount(bins, minlength=10)
    counts = counts[counts > 0]
    metrics["ece"] = float((np.abs(observed - predicted) * counts).sum() / n)
    weighted = {
        "prAuc": lambda q, w: m.average_precision_score(y, q, sample_weight=w),
        "logLoss": lambda q, w: m.log_loss(y, q, eps=1e-15, sample_weight=w),
        "brier": lambda q, w: m.brier_score_loss(y, q, sample_weight=w),
        "balancedAccuracy": lambda q, w: m.balanced_accuracy_score(y, q >= threshold, sample_weight=w),
        "precision": lambda q, w: m.precision_score(y, q >= threshold, sample_weight=w),
        "recall": lambda q, w: m.recall_score(y, q >= threshold, sample_weight=w),
        "f1": lambda q, w: m.f1_score(y, q >= threshold, sample_weight=w),
        "accuracy": lambda q, w: m.accuracy_score(y, q >= threshold, sample_weight=w),
    }
    errors, paired = {}, {}
    for metric, measure in weighted.items():
        mine, errors[metric] = standard_error(lambda w: measure(p, w), n)
        theirs, _ = standard_error(lambda w: measure(other, w), n)
        paired[metric] = float(np.sqrt(((mine - theirs) ** 2).sum() / (n * (n - 1))))
    area, v10, v01 = delong(y, p)
    _, u10, u01 = delong(y, other)
    assert abs(area - metrics["auc"]) < 1e-12
    errors["auc"] = float(np.sqrt(v10.var(ddof=1) / len(v10) + v01.var(ddof=1) / len(v01)))
    paired["auc"] = float(np.sqrt((v10 - u10).var(ddof=1) / len(v10) + (v01 - u01).var(ddof=1) / len(v01)))
    z = ((y - p) * (1 - 2 * p)).sum() / np.sqrt(((1 - 2 * p) ** 2 * p * (1 - p)).sum())
    return {
        "name": name, "task": "binary", "threshold": threshold, "targets": y.tolist(), "scores": p.tolist(), "other": other.tolist(),
        "metrics": metrics, "standardErrors": errors, "pairedStandardErrors": paired, "confusion": m.confusion_matrix(y, hat).tolist(),
        "calibrationObserved": observed.tolist(), "calibrationPredicted": predicted.tolist(), "spiegelhalter": float(2 * stats.norm.sf(abs(z))),
    }


def multiclass(name, y, p, other):
    n, k = p.shape
    present = np.unique(y)
    hat = p.argmax(axis=1)
    one = label_binarize(y, classes=range(k))

    def macro(measure, q, w=None):
        return float(np.mean([measure(one[:, c], q[:, c], sample_weight=w) for c in present]))

    metrics = {
        "logLoss": m.log_loss(y, p, labels=range(k), eps=1e-15), "accuracy": m.accuracy_score(y, hat),
        "balancedAccuracy": m.recall_score(y, hat, labels=present, average="macro"), "macroF1": m.f1_score(y, hat, average="macro"),
        "macroPrecision": m.precision_score(y, hat, average="macro", zero_division=0), "macroRecall": m.recall_score(y, hat, average="macro", zero_division=0),
        "auc": macro(m.roc_auc_score, p), "prAuc": macro(m.average_precision_score, p), "brier": float(((p - one) ** 2).sum(axis=1).mean()),
    }
    if len(present) == k:
        assert abs(metrics["auc"] - m.roc_auc_score(y, p, multi_class="ovr", average="macro")) < 1e-12
    best = p.max(axis=1)
    right = (hat == y).astype(float)
    bins = np.searchsorted(np.linspace(0, 1, 11)[1:-1], best)
    metrics["ece"] = float(sum(abs(right[bins == b].sum() - best[bins == b].sum()) for b in range(10)) / n)
    weighted = {
        "macroF1": lambda q, w: m.f1_score(y, q.argmax(axis=1), average="macro", sample_weight=w),
        "macroPrecision": lambda q, w: m.precision_score(y, q.argmax(axis=1), average="macro", zero_division=0, sample_weight=w),
        "macroRecall": lambda q, w: m.recall_score(y, q.argmax(axis=1), average="macro", zero_division=0, sample_weight=w),
        "balancedAccuracy": lambda q, w: m.recall_score(y, q.argmax(axis=1), labels=present, average="macro", sample_weight=w),
        "logLoss": lambda q, w: m.log_loss(y, q, labels=range(k), eps=1e-15, sample_weight=w),
        "prAuc": lambda q, w: macro(m.average_precision_score, q, w),
    }
    errors, paired = {}, {}
    for metric, measure in weighted.items():
        mine, errors[metric] = standard_error(lambda w: measure(p, w), n)
        theirs, _ = standard_error(lambda w: measure(other, w), n)
        paired[metric] = float(np.sqrt(((mine - theirs) ** 2).sum() / (n * (n - 1))))
    return {
        "name": name, "task": "multiclass", "outputs": k, "targets": y.tolist(), "scores": p.ravel().tolist(), "other": other.ravel().tolist(),
        "metrics": metrics, "standardErrors": errors, "pairedStandardErrors": paired, "confusion": m.confusion_matrix(y, hat, labels=range(k)).tolist(),
    }


def regression(name, y, p, other):
    n = len(y)
    metrics = {"rmse": m.mean_squared_error(y, p, squared=False), "mae": m.mean_absolute_error(y, p), "r2": m.r2_score(y, p), "mape": m.mean_absolute_percentage_error(y, p)}
    weighted = {
        "rmse": lambda q, w: m.mean_squared_error(y, q, squared=False, sample_weight=w), "mae": lambda q, w: m.mean_absolute_error(y, q, sample_weight=w),
        "r2": lambda q, w: m.r2_score(y, q, sample_weight=w), "mape": lambda q, w: m.mean_absolute_percentage_error(y, q, sample_weight=w),
    }
    errors, paired = {}, {}
    for metric, measure in weighted.items():
        mine, errors[metric] = standard_error(lambda w: measure(p, w), n)
        theirs, _ = standard_error(lambda w: measure(other, w), n)
        paired[metric] = float(np.sqrt(((mine - theirs) ** 2).sum() / (n * (n - 1))))
    return {"name": name, "task": "regression", "targets": y.tolist(), "scores": p.tolist(), "other": other.tolist(), "metrics": metrics, "standardErrors": errors, "pairedStandardErrors": paired}


def main():
    rng = np.random.default_rng(17)
    sigmoid = lambda x: 1 / (1 + np.exp(-x))
    cases = []
    for name, n, shift, decimals, threshold in [("smooth", 160, 0.0, 15, 0.5), ("ties", 150, -0.5, 1, 0.5), ("rare", 180, -2.5, 3, 0.2)]:
        x = rng.normal(size=n)
        y = (rng.random(n) < sigmoid(1.5 * x + shift)).astype(int)
        p = np.clip(sigmoid(1.5 * x + shift + 0.5 * rng.normal(size=n)).round(decimals), 0.0005, 0.9995)
        other = np.clip(sigmoid(1.2 * x + shift + 0.9 * rng.normal(size=n)).round(decimals), 0.0005, 0.9995)
        cases.append(binary(name, y, p, threshold, other))
    for name, n, k, drop in [("four", 160, 4, None), ("absent", 120, 4, 2)]:
        centres = rng.normal(size=(k, k)) * 1.5
        y = rng.integers(0, k, n)
        if drop is not None:
            y[y == drop] = 0
        logits = centres[y] + rng.normal(size=(n, k))
        p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        logits = 0.7 * logits + 0.8 * rng.normal(size=(n, k))
        other = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        cases.append(multiclass(name, y, p, other))
    x = rng.normal(size=150)
    y = 100 + 20 * x + 5 * rng.standard_t(4, size=150)
    cases.append(regression("prices", y, 100 + 18 * x + rng.normal(size=150), 98 + 15 * x + 4 * rng.normal(size=150)))
    normal = {
        "quantiles": [[q, float(stats.norm.ppf(q))] for q in (1e-6, 0.001, 0.025, 0.05, 0.075, 0.3, 0.5, 0.8, 0.9, 0.925, 0.975, 0.995, 0.9995)],
        "twoSided": [[z, float(2 * stats.norm.sf(z))] for z in (0.0, 0.1, 0.5, 1.0, 1.959963984540054, 2.5, 2.999, 3.0, 3.5, 5.0, 8.0, 20.0, 37.0)],
    }
    wilson = [[x, n, *map(float, stats.binomtest(x, n).proportion_ci(0.95, method="wilson"))] for x, n in ((0, 10), (3, 10), (10, 10), (49, 50), (500, 1000))]
    json.dump({"normal": normal, "wilson": wilson, "cases": cases}, sys.stdout)


main()
