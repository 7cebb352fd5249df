import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.rdf4j.model.IRI;
import org.eclipse.rdf4j.model.Literal;
import org.eclipse.rdf4j.model.Model;
import org.eclipse.rdf4j.model.Resource;
import org.eclipse.rdf4j.model.Statement;
import org.eclipse.rdf4j.model.impl.LinkedHashModel;
import org.eclipse.rdf4j.model.vocabulary.OWL;
import org.eclipse.rdf4j.model.vocabulary.RDF;
import org.eclipse.rdf4j.model.vocabulary.XSD;
import org.eclipse.rdf4j.rio.RDFFormat;
import org.eclipse.rdf4j.rio.RDFParseException;
import org.eclipse.rdf4j.rio.Rio;
import org.semanticweb.HermiT.ReasonerFactory;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.formats.RDFJsonLDDocumentFormat;
import org.semanticweb.owlapi.formats.TurtleDocumentFormat;
import org.semanticweb.owlapi.io.IRIDocumentSource;
import org.semanticweb.owlapi.io.RDFParserMetaData;
import org.semanticweb.owlapi.io.StringDocumentSource;
import org.semanticweb.owlapi.model.OWLClass;
import org.semanticweb.owlapi.model.OWLDatatype;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyCreationException;
import org.semanticweb.owlapi.model.OWLOntologyManager;
import org.semanticweb.owlapi.model.OWLRuntimeException;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWL2RLProfile;
import org.semanticweb.owlapi.profiles.OWLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;
import org.semanticweb.owlapi.profiles.violations.UseOfIllegalDataRange;
import org.semanticweb.owlapi.reasoner.OWLReasoner;
import org.semanticweb.owlapi.vocab.OWLRDFVocabulary;

/**
 * Merges Turtle files into one ontology, and says whether it is in OWL 2 DL and in OWL 2 RL, and consistent.
 *
 * <p>With {@code --load}, it loads each address by itself and says in which syntax, and how many axioms there are.
 *
 * <p>Exit codes: 0 all three, 1 a violation or a contradiction, 2 usage, 3 a file cannot be read.
 */
public final class OwlCheck {
    /** The datatypes of dates that the OWL 2 datatype map leaves out (OWL 2 Structural Specification, clause 4). */
    private static final Set<IRI> DATES = Set.of(XSD.DATE, XSD.GYEAR, XSD.GYEARMONTH);

    private OwlCheck() {}

    public static void main(String[] arguments) throws OWLOntologyCreationException {
        if (arguments.length > 1 && arguments[0].equals("--load")) {
            for (String address : List.of(arguments).subList(1, arguments.length)) {
                load(address);
            }
            return;
        }
        List<Path> files = new ArrayList<>();
        boolean withoutDates = false;
        for (String argument : arguments) {
            if (argument.equals("--without-dates")) {
                withoutDates = true;
            } else if (argument.startsWith("-")) {
                usage("no option " + argument);
            } else {
                files.add(Path.of(argument));
            }
        }
        if (files.isEmpty()) {
            usage("no file given");
        }
        Model graph = merge(files);
        int read = graph.size();
        if (withoutDates) {
            graph.removeIf(OwlCheck::isDated);
        }
        System.out.printf("%d triples, %d of them left out for their dates%n", read, read - graph.size());
        List<String> problems = imports(graph);
        if (problems.isEmpty()) {
            problems = read(graph);
        }
        problems.forEach(System.out::println);
        System.out.println(problems.isEmpty() ? "OWL 2 DL, OWL 2 RL, consistent" : problems.size() + " problems");
        System.exit(problems.isEmpty() ? 0 : 1);
    }

    /** Load an ontology by its address, as Protégé does: with the Accept header and the parsers of the OWL API. */
    private static void load(String address) throws OWLOntologyCreationException {
        OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
        var place = org.semanticweb.owlapi.model.IRI.create(address);
        // It tries RDF/JSON first on all that is JSON, and the parser of that ends the loading.
        OWLOntology ontology = address.endsWith(".jsonld")
                ? manager.loadOntologyFromOntologyDocument(
                        new IRIDocumentSource(place, new RDFJsonLDDocumentFormat(), "application/ld+json"))
                : manager.loadOntologyFromOntologyDocument(place);
        System.out.printf(
                "%s: %s, %d logical axioms%n",
                address,
                manager.getNonnullOntologyFormat(ontology).getKey(),
                ontology.getLogicalAxiomCount());
    }

    private static void usage(String fault) {
        System.err.println(fault + "\nusage: run [--without-dates] FILE.ttl ... | run --load URL ...");
        System.exit(2);
    }

    /** Files are merged as triples, so that a fact is read with the declarations of its terms, whatever the file. */
    private static Model merge(List<Path> files) {
        Model graph = new LinkedHashModel();
        for (Path file : files) {
            try (InputStream stream = Files.newInputStream(file)) {
                graph.addAll(Rio.parse(stream, file.toUri().toString(), RDFFormat.TURTLE));
            } catch (IOException | RDFParseException fault) {
                System.err.println(file + ": " + fault.getMessage());
                System.exit(3);
            }
        }
        return graph;
    }

    private static boolean isDated(Statement statement) {
        return statement.getObject() instanceof Literal literal && DATES.contains(literal.getDatatype());
    }

    /** An import between the files is met by the merge; any other would ask the network. */
    private static List<String> imports(Model graph) {
        List<String> missing = new ArrayList<>();
        for (Statement link : List.copyOf(graph.filter(null, OWL.IMPORTS, null))) {
            Set<Resource> imported = new HashSet<>(graph.filter(null, OWL.VERSIONIRI, link.getObject()).subjects());
            if (link.getObject() instanceof Resource header && graph.contains(header, RDF.TYPE, OWL.ONTOLOGY)) {
                imported.add(header);
            }
            if (imported.isEmpty()) {
                missing.add("import of an ontology that is not in the files: " + link.getObject());
            }
            // One document has one header.
            imported.forEach(header -> graph.remove(header, RDF.TYPE, OWL.ONTOLOGY));
            graph.remove(link);
        }
        return missing;
    }

    private static List<String> read(Model graph) {
        StringWriter text = new StringWriter();
        Rio.write(graph, text, RDFFormat.TURTLE);
        // Not strict: the strict parser drops every restriction without a word.
        var source = new StringDocumentSource(
                text.toString(),
                org.semanticweb.owlapi.model.IRI.create("urn:scograph:merged"),
                new TurtleDocumentFormat(),
                null);
        OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
        try {
            OWLOntology ontology = manager.loadOntologyFromOntologyDocument(source);
            List<String> problems = new ArrayList<>();
            manager.getNonnullOntologyFormat(ontology)
                    .getOntologyLoaderMetaData()
                    .filter(RDFParserMetaData.class::isInstance)
                    .ifPresent(report -> ((RDFParserMetaData) report)
                            .getUnparsedTriples()
                            .map(triple -> "no part of an OWL 2 ontology: " + triple)
                            .sorted()
                            .forEach(problems::add));
            problems.addAll(judge(ontology));
            return problems;
        } catch (OWLOntologyCreationException fault) {
            return List.of("no OWL 2 ontology: " + fault.getMessage().lines().collect(Collectors.joining(" ")));
        }
    }

    private static List<String> judge(OWLOntology ontology) {
        System.out.printf(
                "%d axioms, %d of them logical%n", ontology.getAxiomCount(), ontology.getLogicalAxiomCount());
        List<String> problems = new ArrayList<>();
        for (OWLProfile profile : List.of(new OWL2DLProfile(), new OWL2RLProfile())) {
            profile.checkOntology(ontology).getViolations().stream()
                    .filter(violation -> !isLanguageTag(violation))
                    .map(OWLProfileViolation::toString)
                    .distinct()
                    .sorted()
                    .forEach(violation -> problems.add("not " + profile.getName() + ": " + violation.strip()));
        }
        try {
            OWLReasoner reasoner = new ReasonerFactory().createReasoner(ontology);
            if (reasoner.isConsistent()) {
                reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom().stream()
                        .map(OWLClass::toString)
                        .sorted()
                        .forEach(name -> problems.add("a class that can have no instance: " + name));
            } else {
                problems.add("inconsistent: no world can be as the axioms say");
            }
            reasoner.dispose();
        } catch (OWLRuntimeException | IllegalArgumentException fault) {
            problems.add("the reasoner gives up: " + fault.getMessage().lines().collect(Collectors.joining(" ")));
        }
        return problems;
    }

    /**
     * RDF 1.1 gave texts with a language the datatype rdf:langString. OWL 2 knows them as rdf:PlainLiteral, which OWL 2
     * RL has (OWL 2 Profiles, clause 4.2.1); the OWL API's checker of RL has not heard of either.
     */
    private static boolean isLanguageTag(OWLProfileViolation violation) {
        return violation instanceof UseOfIllegalDataRange
                && violation.getExpression() instanceof OWLDatatype datatype
                && datatype.getIRI().equals(OWLRDFVocabulary.RDF_LANG_STRING.getIRI());
    }
}
