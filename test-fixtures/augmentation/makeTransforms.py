"""Golden numbers of affine sampling: TensorFlow's ImageProjectiveTransformV3 on the CPU.

Made with TensorFlow 2.21 (`pip install tensorflow-cpu==2.21.0 numpy`):
    python makeTransforms.py > transforms.json
"""

import json
import math

import numpy as np
import tensorflow as tf

random = np.random.default_rng(20260104)
HEIGHT, WIDTH, CHANNELS = 5, 4, 2
image = random.integers(0, 256, (1, HEIGHT, WIDTH, CHANNELS)).astype(np.float32)


def turn(degrees, zoom, shift_x, shift_y, flip=1):
    cosine, sine = math.cos(math.radians(degrees)) / zoom, math.sin(math.radians(degrees)) / zoom
    middle_x, middle_y = (WIDTH - 1) / 2, (HEIGHT - 1) / 2
    a = [flip * cosine, -flip * sine, sine, cosine]
    from_x, from_y = middle_x + shift_x, middle_y + shift_y
    return [a[0], a[1], middle_x - a[0] * from_x - a[1] * from_y, a[2], a[3], middle_y - a[2] * from_x - a[3] * from_y, 0, 0]


TRANSFORMS = [
    turn(0, 1, 0, 0),
    turn(0, 1, 0, 0, flip=-1),
    turn(0, 1, 1, -2),
    turn(0, 1, 0.5, -1.5),
    turn(33, 1, 0, 0),
    turn(-90, 1, 0.25, 0),
    turn(15, 1.3, -0.7, 0.4),
    turn(160, 0.4, 9.3, -12.1, flip=-1),
    turn(-5, 0.2, -30.25, 41.5),
]

cases = []
for transform in TRANSFORMS:
    for sampling in ("bilinear", "nearest"):
        for border in ("constant", "nearest", "reflect", "wrap"):
            result = tf.raw_ops.ImageProjectiveTransformV3(
                images=image,
                transforms=np.array([transform], np.float32),
                output_shape=[HEIGHT, WIDTH],
                fill_value=7.0,
                interpolation=sampling.upper(),
                fill_mode=border.upper(),
            )
            cases.append(
                {
                    "transform": np.array(transform, np.float32).astype(float).tolist(),
                    "sampling": sampling,
                    "border": border,
                    "result": result.numpy().ravel().astype(float).tolist(),
                }
            )

print(
    json.dumps(
        {
            "madeWith": {"tensorflow": tf.__version__, "numpy": np.__version__},
            "shape": [HEIGHT, WIDTH, CHANNELS],
            "image": image.ravel().astype(int).tolist(),
            "fill": 7,
            "cases": cases,
        },
    )
)
