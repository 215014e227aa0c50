# Words about schemes.
scheme.list.title = Schemes
scheme.list.lead = The schemes and versions this system knows. Ids are official; the wording is our own.
scheme.title = Scheme and level
scheme.version = Version
scheme.by = Decided by
scheme.by.self_declaration = self-declaration
scheme.by.expert_confirmed = self-evaluation confirmed by an expert
scheme.by.third_party = third party
scheme.requirements = Requirements
scheme.criteria = Criteria
scheme.pending = text not public
scheme.id = Id
scheme.text = Content and rule
scheme.source = Source
scheme.sources = Sources
scheme.own_words = Not the official text; see the official material for that.
