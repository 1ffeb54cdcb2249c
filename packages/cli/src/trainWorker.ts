/** The process that `tarea train` starts for each run. */

import * as datasets from "@tarea/datasets";
import * as models from "@tarea/models";
import { serveTrainJobs } from "@tarea/training";

serveTrainJobs({ datasets, models });
