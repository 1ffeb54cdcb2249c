import { runsLoader } from "@tarea/report";
import { defineCollection } from "astro:content";

export const collections = { runs: defineCollection({ loader: runsLoader() }) };
