"""Golden numbers of preparation: scikit-learn's scalers, imputers, folds and class weights, Keras's word ids.

Made with scikit-learn 1.9, NumPy 2.4 and Keras 3.15 (`pip install scikit-learn numpy keras tensorflow-cpu`):
    python makePreparation.py > preparation.json
"""

import json

import keras
import numpy as np
import sklearn
from keras.src.legacy.preprocessing.text import Tokenizer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler
from sklearn.utils.class_weight import compute_class_weight

random = np.random.default_rng(20260105)
train = np.column_stack(
    [
        random.normal(50, 12, 12).round(3),
        random.integers(0, 4, 12) ** 2 * 10.0,
        np.full(12, 3.0),
        random.integers(0, 3, 12).astype(float),
    ]
)
test = np.column_stack([random.normal(50, 12, 5).round(3), random.integers(0, 4, 5) ** 2 * 10.0, np.full(5, 4.0), [2.0, 0.0, 1.0, 1.0, 0.0]])
train, test = train.astype(np.float32).astype(float), test.astype(np.float32).astype(float)


def transform(estimator, columns):
    estimator.fit(train[:, columns])
    return {"train": estimator.transform(train[:, columns]).tolist(), "test": estimator.transform(test[:, columns]).tolist()}


labels = random.choice([5, 2, 9], 41, p=[0.2, 0.7, 0.1])
texts = [
    "The cat sat on the mat; the cat didn't purr!",
    "A dog -- the dog -- barked at THE cat.",
    "Nothing\there\nbut (one) new_word & don't",
    "",
]
tokenizer = Tokenizer(num_words=8)
tokenizer.fit_on_texts(texts[:2])
sequences = [[1, 2, 3, 4, 5], [6], []]

print(
    json.dumps(
        {
            "madeWith": {"scikit-learn": sklearn.__version__, "numpy": np.__version__, "keras": keras.__version__},
            "train": train.tolist(),
            "test": test.tolist(),
            "standardize": transform(StandardScaler(), [0, 1, 2, 3]),
            "minMax": transform(MinMaxScaler(), [0, 1, 2, 3]),
            "oneHot": transform(OneHotEncoder(sparse_output=False), [3]),
            "imputeMean": transform(SimpleImputer(missing_values=0.0, strategy="mean"), [1]),
            "imputeMedian": transform(SimpleImputer(missing_values=0.0, strategy="median"), [1]),
            "labels": labels.tolist(),
            "classWeights": compute_class_weight("balanced", classes=np.array([2, 5, 9]), y=labels).tolist(),
            "foldSizes": [len(validation) for _, validation in KFold(5).split(labels)],
            "stratifiedFolds": [
                [int((labels[validation] == each).sum()) for each in (2, 5, 9)]
                for _, validation in StratifiedKFold(4).split(labels, labels)
            ],
            "texts": texts,
            "textCounts": tokenizer.texts_to_matrix(texts, mode="count").tolist(),
            "textBinary": tokenizer.texts_to_matrix(texts, mode="binary").tolist(),
            "wordIndex": tokenizer.word_index,
            "sequences": sequences,
            "padded": {
                f"{padding} {truncating}": keras.utils.pad_sequences(
                    sequences, maxlen=3, padding=padding, truncating=truncating
                ).tolist()
                for padding in ("pre", "post")
                for truncating in ("pre", "post")
            },
        },
    )
)
