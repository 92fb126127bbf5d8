#!/usr/bin/python3
"""How good a model is that nobody tuned: Adjoint's defaults beside scikit-learn's, on the same splits of eight tables.

Peers get what each needs: numbers standardised, gaps filled, texts as indicators; Adjoint gets the raw columns, and is told the
task and the label. Prints a line a table and metric: the median over the seeds of each, and the range of Adjoint's.

Needs Debian's python3-sklearn and python3-pandas.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import pandas
import sklearn.datasets
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, log_loss, mean_squared_error, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

HOME = Path(__file__).resolve().parent.parent
DATA = HOME / "conf" / "data"
LABEL = "y"
PEERS = ["linear", "mlp", "trees"]


def of_file(name, header=None):
    table = pandas.read_csv(DATA / name, header=header, dtype=str, skipinitialspace=True)
    return named(table)


def of_sklearn(load):
    return named(load(as_frame=True).frame.astype(str))


def named(table):
    """The label is the last column everywhere; the names of the others do not matter."""
    table.columns = [f"x{i}" for i in range(table.shape[1] - 1)] + [LABEL]
    return table


def adult_test():
    table = of_file("adult-test.csv.gz")
    table[LABEL] = table[LABEL].str.rstrip(".")
    return table


# By name: all rows, the rows of the test file or None for a fifth of all, by chance; and whether the label is a number.
TABLES = {
    "iris": (lambda: of_file("iris.csv"), None, False),
    "wheat-seeds": (lambda: of_file("wheat-seeds.csv"), None, False),
    "wine": (lambda: of_sklearn(sklearn.datasets.load_wine), None, False),
    "breast-cancer": (lambda: of_sklearn(sklearn.datasets.load_breast_cancer), None, False),
    "diabetes": (lambda: of_sklearn(sklearn.datasets.load_diabetes), None, True),
    "optdigits": (lambda: of_file("optdigits-train.csv", 0), lambda: of_file("optdigits-test.csv", 0), False),
    "abalone": (lambda: of_file("abalone.csv"), None, True),
    "adult": (lambda: of_file("adult-train.csv.gz"), adult_test, False),
}


def prepared(train, test):
    """Features and labels of both, and what the peers make of the columns: dense numbers, and codes for the trees."""
    x, z = (table.drop(columns=[LABEL]).replace("?", None) for table in (train, test))
    numbers = [c for c in x if pandas.to_numeric(x[c], errors="coerce").notna().sum() == x[c].notna().sum()]
    texts = [c for c in x if c not in numbers]
    for table in (x, z):
        table[numbers] = table[numbers].astype(float)
        table[texts] = table[texts].astype(object).where(table[texts].notna(), "?")
    scaled = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    dense = ColumnTransformer(
        [("n", scaled, numbers), ("t", OneHotEncoder(handle_unknown="ignore", sparse_output=False), texts)])
    codes = ColumnTransformer(
        [("n", "passthrough", numbers), ("t", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), texts)])
    return x, z, dense, codes


def regressions(train, test, seed):
    x, z, dense, codes = prepared(train, test)
    scale = StandardScaler().fit(train[[LABEL]].astype(float).values)
    y = scale.transform(train[[LABEL]].astype(float).values)[:, 0]
    models = [
        (dense, Ridge()),
        (dense, MLPRegressor(max_iter=500, random_state=seed)),
        (codes, HistGradientBoostingRegressor(random_state=seed))]
    for name, (columns, model) in zip(PEERS, models):
        fitted = make_pipeline(columns, model).fit(x, y)
        predicted = scale.inverse_transform(fitted.predict(z)[:, None])[:, 0]
        yield name, {"rmse": mean_squared_error(test[LABEL].astype(float), predicted) ** 0.5}


def classifications(train, test, seed):
    x, z, dense, codes = prepared(train, test)
    models = [
        (dense, LogisticRegression(max_iter=2000)),
        (dense, MLPClassifier(max_iter=500, random_state=seed)),
        (codes, HistGradientBoostingClassifier(random_state=seed))]
    for name, (columns, model) in zip(PEERS, models):
        fitted = make_pipeline(columns, model).fit(x, train[LABEL])
        share = fitted.predict_proba(z)
        metrics = {
            "accuracy": accuracy_score(test[LABEL], fitted.classes_[share.argmax(1)]),
            "loss": log_loss(test[LABEL], share, labels=fitted.classes_)}
        if len(fitted.classes_) == 2:
            metrics["roc_auc"] = roc_auc_score(test[LABEL] == fitted.classes_[1], share[:, 1])
        yield name, metrics


def adjoint(folder, train, test, number, settings):
    train.to_csv(folder / "train.csv", index=False)
    test.to_csv(folder / "test.csv", index=False)
    job = {
        "task": "regression" if number else "classification",
        "data": {"train": str(folder / "train.csv"), "test": str(folder / "test.csv"), "header": True, "label": LABEL},
        "output": {"model": str(folder / "model")}}
    (folder / "job.conf").write_text(json.dumps(job))
    command = [HOME / "scripts" / "adjoint", "train", "--conf", folder / "job.conf", "--overwrite"]
    for setting in settings:
        command += ["--set", setting]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    summary = json.loads(run.stdout.splitlines()[-1])
    return {**summary["test"], "seconds": summary["seconds"]}


def measure(name, seed, settings, peers):
    load, load_test, number = TABLES[name]
    train = load()
    if load_test:
        test = load_test()
    else:
        train, test = train_test_split(
            train, test_size=0.2, random_state=seed, stratify=None if number else train[LABEL])
    found = dict((regressions if number else classifications)(train, test, seed)) if peers else {}
    with tempfile.TemporaryDirectory() as folder:
        found["adjoint"] = adjoint(Path(folder), train, test, number, [*settings, f"training.seed={seed + 1}"])
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5, help="splits and trainings of each table (5)")
    parser.add_argument("--only", default=",".join(TABLES), help="tables, by name, separated by commas")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="another setting of Adjoint's")
    parser.add_argument("--no-peers", action="store_true", help="Adjoint alone")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    print(f"{'table':14} {'metric':9}" + "".join(f"{who:>9}" for who in [*PEERS, "adjoint"]))
    for name in options.only.split(","):
        seeds = range(options.seeds)
        found = [measure(name, seed, options.set, not options.no_peers) for seed in seeds]
        for metric in ["rmse", "accuracy", "loss", "roc_auc", "seconds"]:
            if metric not in found[0]["adjoint"] or (TABLES[name][2] and metric == "loss"):
                continue
            line = f"{name:14} {metric:9}"
            for who in [*PEERS, "adjoint"]:
                values = [of_seed[who][metric] for of_seed in found if metric in of_seed.get(who, {})]
                line += f"{statistics.median(values):9.4f}" if values else f"{'':9}"
            print(f"{line}   {min(values):.4f} to {max(values):.4f}", flush=True)


if __name__ == "__main__":
    main()
