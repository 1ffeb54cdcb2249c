"""Golden numbers for the principal components: scikit-learn's PCA on small seeded tables, long and wide. Run: python makePca.py"""

import json
from pathlib import Path

import numpy
import sklearn
from sklearn.decomposition import PCA

cases = {}
for name, rows, columns, components in [("long", 30, 6, 3), ("wide", 5, 12, 2), ("square", 4, 4, 3)]:
    generator = numpy.random.default_rng(7)
    table = numpy.round(generator.normal(size=(rows, columns)) * numpy.arange(1, columns + 1), 3)
    fitted = PCA(n_components=components, svd_solver="full")
    points = fitted.fit_transform(table)
    cases[name] = {
        "shape": [rows, columns],
        "data": table.ravel().tolist(),
        "points": points.tolist(),
        "components": fitted.components_.tolist(),
        "mean": fitted.mean_.tolist(),
        "explainedVariance": fitted.explained_variance_.tolist(),
        "explainedVarianceRatio": fitted.explained_variance_ratio_.tolist(),
    }
versions = {"scikit-learn": sklearn.__version__, "numpy": numpy.__version__}
Path(__file__).with_name("pca.json").write_text(json.dumps({"versions": versions, "cases": cases}) + "\n")
