import { datasetConformance } from "../datasetConformance.js";

datasetConformance("fashion-mnist", { twinSha256: "73631f4097d08946839444e61d0fb5ffe1c02b621ddde9bc74e656f867d8bea2" });
