/** The figures that the original report of lab 2 prints. They are quoted beside ours and never computed with runs. */

import type { SourceFigures } from "@tarea/report";

export const LAB_2: { id: string; source: SourceFigures }[] = [
  {
    id: "e1",
    source: { trainAccuracy: 0.97, trainLoss: 0.0952, valAccuracy: 0.95, valLoss: 0.1712, testAccuracy: 0.96, testLoss: 0.1638 },
  },
  {
    id: "e2",
    source: { trainAccuracy: 1.0, trainLoss: 0.0043, valAccuracy: 0.98, valLoss: 0.1438, testAccuracy: 0.98, testLoss: 0.1426 },
  },
];
