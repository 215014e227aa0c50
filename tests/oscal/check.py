"""Reads every JSON file of a folder with the models of compliance-trestle; prints how many."""

import json
import pathlib
import sys

from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.catalog import Catalog
from trestle.oscal.mapping import MappingCollection

MODELS = {"catalog": Catalog, "assessment-results": AssessmentResults, "mapping-collection": MappingCollection}

count = 0
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
    (name, content), = json.loads(path.read_text()).items()
    MODELS[name].model_validate(content)
    count += 1
print(f"{count} documents accepted")
