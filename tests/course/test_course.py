"""The chapters, the site and what teachers print are made as anybody would make them."""

import json
import re

import pytest

from tools import course, formulas, handouts, site

pytestmark = pytest.mark.wide


def test_the_chapters_run_and_become_handouts_and_a_site(tmp_path, capsys):
    assert handouts.main([str(tmp_path)]) == 0
    no_student_gets_a_solution(tmp_path)
    slides_and_sheets_load_nothing(tmp_path)
    assert site.main() == 0, capsys.readouterr().out  # the chapters are not run again


def no_student_gets_a_solution(made):
    files = sorted((made / "student").iterdir())
    assert len(files) == len(course.chapters()) == 6
    for file in files:
        full = json.loads((made / "solution" / file.name).read_text(encoding="utf-8"))
        given = json.loads(file.read_text(encoding="utf-8"))
        answers = [
            "".join(cell["source"])
            for cell in full["cells"]
            if "solution" in cell["metadata"].get("tags", [])
        ]
        assert answers
        sources = ["".join(cell["source"]) for cell in given["cells"]]
        assert not set(answers) & set(sources)
        checks = re.findall(r"check\(\"[\d.]+\", .*", "\n".join(sources))
        assert len(checks) == len(answers)
        assert all(line.endswith(", answer)") for line in checks)


def slides_and_sheets_load_nothing(made):
    for name in ("slides.html", "worksheets.html", "solutions.html"):
        text = (made / name).read_text(encoding="utf-8")
        assert not re.search(r"(src|href)=[\"']?(https?:)?//", text)
    sheet = (made / "worksheets.html").read_text(encoding="utf-8")
    assert sheet.count("<article>") == 6 and sheet.count('class="answer"') == 0


def test_every_exercise_is_asked_and_solved_in_a_chapter():
    text = "".join(path.read_text(encoding="utf-8") for path in course.chapters())
    for number in site.EXERCISES:
        assert f'ask("{number}")' in text and f'check("{number}"' in text


def test_formulas_become_mathml_and_code_does_not():
    text = "a $\\frac{1}{2}$ and `$x$`\n\n```\n$y$\n```\n\n$$\\sum_i x_i$$"
    made = formulas.with_formulas(text)
    assert made.count("<math") == 2 and "`$x$`" in made and "\n$y$\n" in made
