import assert from "node:assert/strict";
import { findTextFaults, TEXT_FAULTS } from "../../../pipeline/text/text_faults.ts";

const bearing: [fault: RegExp, ...texts: string[]][] = [
  [/misread letters/, "fiÃ¨vre aiguÃ«", "â€œstableâ€\u009d", "Ð¶Ð°Ð»Ð¾Ð±Ñ‹", "37Â°C", "ï¿½"],
  [/letters that were lost/, "fi\ufffdvre"],
  [/RTF/, "{\\rtf1\\ansi\\par fever}"],
  [/tags/, "<p>fever</p>", "fever<br/>cough", '<?xml version="1.0"?><ClinicalDocument>'],
  [/references/, "fever&nbsp;and cough", "fi&egrave;vre", "fever&#x0D;cough"],
  [
    /characters written out/,
    "fi\\u00e8vre",
    "fi<U+00E8>vre",
    "fever\\.br\\cough",
    "b'fever'",
    "fi=C3=A8vre",
  ],
  [/one long word/, btoa("fever and cough for three days"), "notes/2020/0001.txt"],
  [/ellipsis/, "fever and cou...", "fever\u2026", "fever [truncated]\n"],
  [/as long as cells/, "a ".repeat(2000), "fever, ".repeat(4681)],
];
for (const [fault, ...texts] of bearing) {
  Deno.test(`fault 85: notes with what tools leave in them are told: ${fault.source}`, () => {
    for (const text of texts) assert.match(findTextFaults(text).join(), fault, text.slice(0, 40));
  });
}

Deno.test("fault 85: notes as people write them bear nothing", () => {
  const notes = [
    "Pt. 65yo w/ fever >38 & cough <3 days; BP 120/80, R&D n/a. See http://x.org.\nStable.",
    "Ação: paciente com dor à «esquerda», NÃO “estável”, 37 °C, ½ cp.",
    "Größe 1,80 m; Änderung: „ÖFFNUNG“ – Übelkeit",
    "患者因发热三天入院既往有高血压病史多年",
    "жалобы на боль",
    "normal",
    "[**Name**] ____ \\ ______",
  ];
  for (const note of notes) assert.deepEqual(findTextFaults(note), [], note);
});

Deno.test("fault 85: for each thing that notes may bear there is something to do", () => {
  assert.ok([...TEXT_FAULTS.values()].every((remedy) => remedy.length > 10));
});
