import { datasetConformance } from "../datasetConformance.js";
import { npzBytes, tableText } from "../support/encode.js";

datasetConformance("boston_housing", {
  twinSha256: "2718159ee4fa96faa06acda7f148efcecc01b1ad143c72170e219c81033e3608",
  learnable: [0.4, 0.9],
  encode: ({ train }) => new Map([["boston_housing.npz", npzBytes(train)]]),
});

const PROXIMITIES = ["<1H OCEAN", "INLAND", "ISLAND", "NEAR BAY", "NEAR OCEAN"];

datasetConformance("california_housing", {
  twinSha256: "8f2c9b8f6fed27fd3fd0ec1676e1646e05884599572ef46173035001f2fd1a11",
  learnable: [0.4, 0.9],
  encode: ({ train }) => {
    const header =
      "longitude,latitude,housing_median_age,total_rooms,total_bedrooms,population,households,median_income,ocean_proximity,median_house_value\r\n";
    const show = (value: number, column: number): string =>
      Number.isNaN(value) ? "" : column === 8 ? `"${PROXIMITIES[value]}"` : String(value);
    return new Map([["housing.csv", tableText(train, { header, show })]]);
  },
});

datasetConformance("california_housing_numeric", {
  twinSha256: "eb8553c15b4147ecd946b2d05877036ea410d697a48314529b7e8a49fff1f606",
  learnable: [0.4, 0.9],
  encode: ({ train }) => new Map([["cal_housing.data", tableText(train)]]),
});

datasetConformance("pima_diabetes", {
  twinSha256: "944a753c99d0fb9428c7fc8a3f3cf6ae8cb537e70a308e137b9e303126fcfaab",
  learnable: [0.65, 0.9],
  encode: ({ train }) => new Map([["pima-indians-diabetes.data.csv", tableText(train)]]),
});
