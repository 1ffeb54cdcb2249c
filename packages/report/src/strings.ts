/** Every word that the report components print, in English and Spanish: a text missing in one language does not compile. */

/** Languages that the components speak. The first is the default. */
export const LOCALES = ["en", "es"] as const;

export type Locale = (typeof LOCALES)[number];

export interface ReportStrings {
  languageName: string;
  skipLink: string;
  contents: string;
  otherLanguage: string;
  allReports: string;
  published: string;
  figure: string;
  table: string;
  dataOfFigure: string;
  experiment: string;
  stageNames: { validation: string; final: string };
  stageLabel: string;
  epoch: string;
  loss: string;
  accuracy: string;
  lossOverEpochs: string;
  accuracyOverEpochs: string;
  train: string;
  validation: string;
  curvesDescription(quantity: string, experiment: string, epochs: string): string;
  trueClass: string;
  predictedClass: string;
  className: string;
  confusionTitle(experiment: string): string;
  confusionDescription(samples: string): string;
  matrixNote: string;
  precision: string;
  recall: string;
  f1: string;
  score: string;
  barsTitle(experiment: string): string;
  barsDescription(classes: string): string;
  imageCaption(label: string, prediction: string): [string, string];
  imagesTitle(count: string, experiment: string): string;
  imagesDescription(first: string): string;
  noneMisclassified: string;
  oneRun(seed: string): string;
  part: string;
  seedCount(count: string): string;
  accuracyPercent: string;
  ours: string;
  source: string;
  difference: string;
  differenceShort: string;
  trainRow(samples: string): string;
  validationRow(samples: string): string;
  retrainRow(samples: string): string;
  testRow(samples: string): string;
  spreadNote: string;
  singleNote: string;
  sourceNote: string;
  notMeasured: string;
  layer: string;
  outputShape: string;
  parameters: string;
  totalParams: string;
  trainableParams: string;
  storage: string;
  kinds: Record<"input" | "dense" | "dropout" | "activation" | "flatten", string>;
  dataSet: string;
  realFiles: string;
  preparation: string;
  fittedTo: (samples: string) => string;
  syntheticTwin: string;
  fingerprint: string;
  seeds: string;
  engine: string;
  threads: string;
  trainingTime: string;
  versions: string;
  code: string;
  dirty: string;
  testSetUses: string;
  timesPerRun(times: string): string;
  epochs: string;
  timesNote: string;
  confusedPair(trueClass: string, predictedClass: string, count: string): string;
  words: { higher: string; lower: string; same: string };
  missingRun(experiment: string, stage: string): string;
  missingPart(what: string, run: string): string;
  predictionsFile: string;
  imagesFile: string;
  makeItWith: string;
  failedRun(run: string): string;
  failedAt(epoch: string): string;
  interruptedRun(run: string, epochs: string): string;
  unknownValue(name: string): string;
  syntheticTitle: string;
  syntheticText: string;
  faultsTitle: string;
  faultsText: string;
  scrollRegion(what: string): string;
  dataCheck: {
    test: string;
    samples: string;
    range: string;
    imbalance: string;
    repeated: string;
    nearlyRepeated: string;
    alsoInTrain: string;
    nearlyInTrain: string;
    repeatedNote(count: string): string;
    sortedNote: string;
    constantNote(names: string): string;
    zerosNote(counts: string): string;
    blanksNote(counts: string): string;
  };
}

const en: ReportStrings = {
  languageName: "English",
  skipLink: "Skip to the report",
  contents: "Contents",
  otherLanguage: "Language",
  allReports: "All reports",
  published: "Runs finished",
  figure: "Figure",
  table: "Table",
  dataOfFigure: "The numbers behind this figure",
  experiment: "Experiment",
  stageNames: { validation: "validation run", final: "final run" },
  stageLabel: "Stage",
  epoch: "epoch",
  loss: "loss",
  accuracy: "accuracy",
  lossOverEpochs: "Loss",
  accuracyOverEpochs: "Accuracy",
  train: "train",
  validation: "validation",
  curvesDescription: (quantity, experiment, epochs) => `${quantity} of ${experiment} after each of ${epochs} epochs.`,
  trueClass: "true class",
  predictedClass: "predicted class",
  className: "class",
  confusionTitle: (experiment) => `Confusion matrix of ${experiment}`,
  confusionDescription: (samples) =>
    `Counts over ${samples} test samples with the percentage of each row. Rows are true classes, columns are predicted classes.`,
  matrixNote:
    "Rows are true classes, columns predicted classes. Shading and percentages are shares of the row, so the diagonal is the recall.",
  precision: "precision",
  recall: "recall",
  f1: "F1",
  score: "score",
  barsTitle: (experiment) => `Precision, recall and F1 of ${experiment}`,
  barsDescription: (classes) => `Three bars for each of ${classes} classes.`,
  imageCaption: (label, prediction) => [`true ${label}`, `predicted ${prediction}`],
  imagesTitle: (count, experiment) => `The first ${count} images that ${experiment} misclassifies`,
  imagesDescription: (list) => `In test-set order: ${list}.`,
  noneMisclassified: "This run misclassified no image of the test set.",
  oneRun: (seed) => `Run with seed ${seed}.`,
  part: "Images",
  seedCount: (count) => (count === "1" ? "1 run" : `n = ${count} seeds`),
  accuracyPercent: "Accuracy (%)",
  ours: "ours",
  source: "source",
  difference: "difference",
  differenceShort: "diff.",
  trainRow: (samples) => `train, ${samples}`,
  validationRow: (samples) => `validation, ${samples}`,
  retrainRow: (samples) => `retrain, ${samples}`,
  testRow: (samples) => `test, ${samples}`,
  spreadNote: "Ours: mean ± standard deviation over the seeds. Diff.: ours less the source’s, of accuracy in percentage points.",
  singleNote: "Ours: one run, so no spread can be given. Diff.: ours less the source’s, of accuracy in percentage points.",
  sourceNote: "Source: the figures printed in the original report; a dash where it prints none.",
  notMeasured: "not measured",
  layer: "Layer",
  outputShape: "Output",
  parameters: "Parameters",
  totalParams: "Total",
  trainableParams: "trainable",
  storage: "as float32",
  kinds: { input: "Input", dense: "Dense", dropout: "Dropout", activation: "Activation", flatten: "Flatten" },
  dataSet: "Data set",
  realFiles: "the publisher’s files",
  preparation: "Preparation",
  fittedTo: (samples) => `fitted to ${samples} training samples`,
  syntheticTwin: "synthetic twin",
  fingerprint: "Fingerprint (SHA-256)",
  seeds: "Seeds",
  engine: "Engine",
  threads: "Threads",
  trainingTime: "Training time",
  versions: "Versions",
  code: "Code",
  dirty: "with uncommitted changes",
  testSetUses: "Test set used",
  timesPerRun: (times) => (times === "1" ? "once per final run" : `${times} times per final run`),
  epochs: "Epochs",
  timesNote: "Training time: wall time of the epochs, mean ± standard deviation over the seeds.",
  confusedPair: (trueClass, predictedClass, count) => `${trueClass} read as ${predictedClass} (${count})`,
  words: { higher: "higher than", lower: "lower than", same: "the same as" },
  missingRun: (experiment, stage) => `There is no complete ${stage} of experiment ${experiment} yet.`,
  missingPart: (what, run) => `The ${what} of run ${run} cannot be read, so this figure is left out.`,
  predictionsFile: "predictions",
  imagesFile: "misclassified images",
  makeItWith: "This command makes it:",
  failedRun: (run) => `Run ${run} failed`,
  failedAt: (epoch) => `in epoch ${epoch}`,
  interruptedRun: (run, epochs) => `Run ${run} was interrupted after ${epochs} epochs.`,
  unknownValue: (name) => `no ${name} recorded`,
  syntheticTitle: "Synthetic data.",
  syntheticText:
    "The real images could not be had when these runs were made, so a synthetic twin stood in for them. No number on this page says anything about the real data set.",
  faultsTitle: "Run folders that could not be read",
  faultsText: "They were left out; everything else on this page is complete.",
  scrollRegion: (what) => `${what}, scrolls sideways`,
  dataCheck: {
    test: "test",
    samples: "Samples",
    range: "Values",
    imbalance: "Largest class / smallest",
    repeated: "Repeat an earlier sample",
    nearlyRepeated: "Nearly repeat an earlier one",
    alsoInTrain: "Also in the training part",
    nearlyInTrain: "Nearly in the training part",
    repeatedNote: (count) => `Repeated in both parts together: ${count}.`,
    sortedNote: "The training part lies in the order of its labels.",
    constantNote: (names) => `Constant in the training part: ${names}.`,
    zerosNote: (counts) => `Zeros in the training part that seem to stand for missing: ${counts}.`,
    blanksNote: (counts) => `Blank in the training part: ${counts}.`,
  },
};

const es: ReportStrings = {
  languageName: "Español",
  skipLink: "Saltar al informe",
  contents: "Contenido",
  otherLanguage: "Idioma",
  allReports: "Todos los informes",
  published: "Ejecuciones terminadas el",
  figure: "Figura",
  table: "Tabla",
  dataOfFigure: "Los números de esta figura",
  experiment: "Experimento",
  stageNames: { validation: "ejecución de validación", final: "ejecución final" },
  stageLabel: "Etapa",
  epoch: "época",
  loss: "pérdida",
  accuracy: "exactitud",
  lossOverEpochs: "Pérdida",
  accuracyOverEpochs: "Exactitud",
  train: "entrenamiento",
  validation: "validación",
  curvesDescription: (quantity, experiment, epochs) => `${quantity} de ${experiment} después de cada una de ${epochs} épocas.`,
  trueClass: "clase verdadera",
  predictedClass: "clase predicha",
  className: "clase",
  confusionTitle: (experiment) => `Matriz de confusión de ${experiment}`,
  confusionDescription: (samples) =>
    `Recuentos sobre ${samples} muestras de prueba con el porcentaje de cada fila. Las filas son clases verdaderas; las columnas, clases predichas.`,
  matrixNote:
    "Las filas son clases verdaderas; las columnas, clases predichas. El sombreado y los porcentajes son partes de la fila, de modo que la diagonal es la exhaustividad.",
  precision: "precisión",
  recall: "exhaustividad",
  f1: "F1",
  score: "valor",
  barsTitle: (experiment) => `Precisión, exhaustividad y F1 de ${experiment}`,
  barsDescription: (classes) => `Tres barras por cada una de ${classes} clases.`,
  imageCaption: (label, prediction) => [`es ${label}`, `predicho ${prediction}`],
  imagesTitle: (count, experiment) => `Las primeras ${count} imágenes que ${experiment} clasifica mal`,
  imagesDescription: (list) => `En el orden del conjunto de prueba: ${list}.`,
  noneMisclassified: "Esta ejecución no clasificó mal ninguna imagen del conjunto de prueba.",
  oneRun: (seed) => `Ejecución con semilla ${seed}.`,
  part: "Imágenes",
  seedCount: (count) => (count === "1" ? "1 ejecución" : `n = ${count} semillas`),
  accuracyPercent: "Exactitud (%)",
  ours: "nuestra",
  source: "fuente",
  difference: "diferencia",
  differenceShort: "dif.",
  trainRow: (samples) => `entren., ${samples}`,
  validationRow: (samples) => `valid., ${samples}`,
  retrainRow: (samples) => `reentren., ${samples}`,
  testRow: (samples) => `prueba, ${samples}`,
  spreadNote:
    "Nuestra: media ± desviación típica sobre las semillas. Dif.: la nuestra menos la de la fuente, de exactitud en puntos porcentuales.",
  singleNote:
    "Nuestra: una sola ejecución, así que no hay dispersión. Dif.: la nuestra menos la de la fuente, de exactitud en puntos porcentuales.",
  sourceNote: "Fuente: las cifras impresas en el informe original; una raya donde no da ninguna.",
  notMeasured: "sin medir",
  layer: "Capa",
  outputShape: "Salida",
  parameters: "Parámetros",
  totalParams: "Total",
  trainableParams: "entrenables",
  storage: "en float32",
  kinds: { input: "Entrada", dense: "Densa", dropout: "Dropout", activation: "Activación", flatten: "Aplanado" },
  dataSet: "Conjunto de datos",
  realFiles: "archivos originales",
  preparation: "Preparación",
  fittedTo: (samples) => `ajustada con ${samples} muestras de entrenamiento`,
  syntheticTwin: "gemelo sintético",
  fingerprint: "Huella (SHA-256)",
  seeds: "Semillas",
  engine: "Motor",
  threads: "Hilos",
  trainingTime: "Tiempo de entrenamiento",
  versions: "Versiones",
  code: "Código",
  dirty: "con cambios sin confirmar",
  testSetUses: "Uso del conjunto de prueba",
  timesPerRun: (times) => (times === "1" ? "una vez por ejecución final" : `${times} veces por ejecución final`),
  epochs: "Épocas",
  timesNote: "Tiempo de entrenamiento: tiempo real de las épocas, media ± desviación típica sobre las semillas.",
  confusedPair: (trueClass, predictedClass, count) => `${trueClass} leído como ${predictedClass} (${count})`,
  words: { higher: "mayor que", lower: "menor que", same: "igual a" },
  missingRun: (experiment, stage) => `Todavía no hay ninguna ${stage} completa del experimento ${experiment}.`,
  missingPart: (what, run) => `No se pueden leer las ${what} de la ejecución ${run}, así que falta esta figura.`,
  predictionsFile: "predicciones",
  imagesFile: "imágenes mal clasificadas",
  makeItWith: "Esta orden la crea:",
  failedRun: (run) => `La ejecución ${run} falló`,
  failedAt: (epoch) => `en la época ${epoch}`,
  interruptedRun: (run, epochs) => `La ejecución ${run} se interrumpió después de ${epochs} épocas.`,
  unknownValue: (name) => `sin ${name} en el registro`,
  syntheticTitle: "Datos sintéticos.",
  syntheticText:
    "Al hacer estas ejecuciones no se pudieron obtener las imágenes reales y las sustituyó un gemelo sintético. Ningún número de esta página dice nada sobre el conjunto de datos real.",
  faultsTitle: "Carpetas de ejecución que no se pudieron leer",
  faultsText: "Se dejaron fuera; todo lo demás de esta página está completo.",
  scrollRegion: (what) => `${what}, se desplaza de lado`,
  dataCheck: {
    test: "prueba",
    samples: "Muestras",
    range: "Valores",
    imbalance: "Clase mayor / menor",
    repeated: "Repiten una muestra anterior",
    nearlyRepeated: "Casi repiten una anterior",
    alsoInTrain: "También en el entrenamiento",
    nearlyInTrain: "Casi en el entrenamiento",
    repeatedNote: (count) => `Repetidas en las dos partes juntas: ${count}.`,
    sortedNote: "La parte de entrenamiento está en el orden de sus etiquetas.",
    constantNote: (names) => `Constantes en el entrenamiento: ${names}.`,
    zerosNote: (counts) => `Ceros en el entrenamiento que parecen indicar datos ausentes: ${counts}.`,
    blanksNote: (counts) => `Vacíos en el entrenamiento: ${counts}.`,
  },
};

const TABLE: Record<Locale, ReportStrings> = { en, es };

/** The texts of one language. A language tag that is not known falls back on its base (`es-MX` → `es`), then on English. */
export function stringsFor(locale: string | undefined): ReportStrings {
  return TABLE[localeOf(locale)];
}

/** The known language nearest to a language tag. */
export function localeOf(tag: string | undefined): Locale {
  const base = tag?.toLowerCase().split("-")[0];
  return LOCALES.find((locale) => locale === base) ?? LOCALES[0];
}
