import { datasetConformance } from "../datasetConformance.js";

datasetConformance("mnist", { twinSha256: "3920840ad9ac49c27b590f7fa50bea6e960f08dc3f15c009da1f0042b243d4a3" });
