import * as datasets from "@tarea/datasets";
import * as models from "@tarea/models";
import { serveTrainJobs } from "../dist/index.js";

serveTrainJobs({ datasets, models });
