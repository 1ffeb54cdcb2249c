/** Who published the sets of this package, when and where, as catalogues ask for it. */

import { TareaError } from "@tarea/core";
import type { DatasetCard } from "../dataset.js";

/** What Croissant asks for and a card does not hold. Plain JSON. */
export interface Publication {
  /** Address of the set's page. */
  url: string;
  creators: readonly Creator[];
  /** ISO 8601, as exact as it is known: `2017-08-28`, `2017-08` or `2017`. */
  datePublished: string;
  /** Address of the licence; default: the card's words. */
  licenceUrl?: string | undefined;
  /** Default `1.0.0`. */
  version?: string | undefined;
  keywords?: readonly string[] | undefined;
}

export interface Creator {
  kind: "person" | "organization";
  name: string;
}

const people = (...names: string[]): Creator[] => names.map((name) => ({ kind: "person", name }));
const organization = (name: string): Creator => ({ kind: "organization", name });

const CIFAR: Publication = {
  url: "https://www.cs.toronto.edu/~kriz/cifar.html",
  creators: people("Alex Krizhevsky", "Vinod Nair", "Geoffrey Hinton"),
  datePublished: "2009-04-08",
  keywords: ["images", "photographs", "classification"],
};

/** By the folder that sets of the same files share. */
const PUBLICATIONS: ReadonlyMap<string, Publication> = new Map([
  [
    "mnist",
    {
      url: "http://yann.lecun.com/exdb/mnist/",
      creators: people("Yann LeCun", "Corinna Cortes", "Christopher J. C. Burges"),
      datePublished: "1998-11",
      licenceUrl: "https://creativecommons.org/licenses/by-sa/3.0/",
      keywords: ["images", "handwriting", "digits", "classification"],
    },
  ],
  [
    "fashion-mnist",
    {
      url: "https://github.com/zalandoresearch/fashion-mnist",
      creators: [...people("Han Xiao", "Kashif Rasul", "Roland Vollgraf"), organization("Zalando Research")],
      datePublished: "2017-08-28",
      licenceUrl: "https://opensource.org/license/mit",
      keywords: ["images", "clothing", "classification"],
    },
  ],
  ["cifar10", CIFAR],
  ["cifar100", CIFAR],
  [
    "imdb",
    {
      url: "https://ai.stanford.edu/~amaas/data/sentiment/",
      creators: people("Andrew L. Maas", "Raymond E. Daly", "Peter T. Pham", "Dan Huang", "Andrew Y. Ng", "Christopher Potts"),
      datePublished: "2011-06",
      keywords: ["text", "film reviews", "sentiment", "classification"],
    },
  ],
  [
    "boston_housing",
    {
      url: "http://lib.stat.cmu.edu/datasets/boston",
      creators: people("David Harrison", "Daniel L. Rubinfeld"),
      datePublished: "1978",
      keywords: ["table", "house prices", "regression"],
    },
  ],
  [
    "california_housing",
    {
      url: "https://github.com/ageron/handson-ml2/tree/master/datasets/housing",
      creators: people("R. Kelley Pace", "Ronald Barry", "Aurélien Géron"),
      datePublished: "1997",
      keywords: ["table", "house prices", "regression"],
    },
  ],
  [
    "pima_diabetes",
    {
      url: "https://archive.ics.uci.edu/ml/machine-learning-databases/pima-indians-diabetes/",
      creators: [organization("National Institute of Diabetes and Digestive and Kidney Diseases")],
      datePublished: "1990-05-09",
      keywords: ["table", "medicine", "classification"],
    },
  ],
]);

/** Sets made by formula come with the package and have no page. */
const FORMULA: Publication = {
  url: "urn:tarea:datasets",
  creators: [organization("Tarea")],
  datePublished: "2026",
  licenceUrl: "https://opensource.org/license/mit",
  keywords: ["synthetic", "toy"],
};

/** @throws TareaError for a set without an entry. */
export function publicationOf({ name, folder, origin }: Pick<DatasetCard, "name" | "folder" | "origin">): Publication {
  const publication = origin === "formula" ? FORMULA : PUBLICATIONS.get(folder ?? name);
  if (publication !== undefined) return publication;
  throw new TareaError({
    code: "no-data",
    where: name,
    problem: "there is no entry on who published the set",
    hint: "Use croissantOf and give its publication.",
  });
}
