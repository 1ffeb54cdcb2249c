import { tareaReport } from "@tarea/report";
import { defineConfig } from "astro/config";

export default defineConfig({
  integrations: [tareaReport({ runs: "./runs" })],
});
