import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.rdf4j.model.IRI;
import org.eclipse.rdf4j.model.Literal;
import org.eclipse.rdf4j.model.Model;
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
import org.semanticweb.owlapi.formats.TurtleDocumentFormat;
import org.semanticweb.owlapi.io.StringDocumentSource;
import org.semanticweb.owlapi.model.OWLClass;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyCreationException;
import org.semanticweb.owlapi.model.OWLOntologyLoaderConfiguration;
import org.semanticweb.owlapi.model.OWLRuntimeException;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWL2RLProfile;
import org.semanticweb.owlapi.profiles.OWLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;
import org.semanticweb.owlapi.reasoner.OWLReasoner;

/**
 * Merges Turtle files into one ontology, and says whether it is in OWL 2 DL and in OWL 2 RL, and consistent.
 *
 * <p>Exit codes: 0 all three, 1 a violation or a contradiction, 2 usage, 3 a file cannot be read.
 */
public final class OwlCheck {
    /** The datatypes of dates that the OWL 2 datatype map leaves out (OWL 2 Structural Specification, clause 4). */
    private static final Set<IRI> DATES = Set.of(XSD.DATE, XSD.GYEAR, XSD.GYEARMONTH);

    private static final IRI VERSION_IRI = OWL.VERSIONIRI;

    private OwlCheck() {}

    public static void main(String[] arguments) throws IOException, OWLOntologyCreationException {
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
        List<String> problems = imports(graph);
        if (problems.isEmpty()) {
            System.out.printf("%d triples, %d of them left out for their dates%n", read, read - graph.size());
            problems = judge(ontology(graph));
        }
        problems.forEach(System.out::println);
        System.out.println(problems.isEmpty() ? "OWL 2 DL, OWL 2 RL, consistent" : problems.size() + " problems");
        System.exit(problems.isEmpty() ? 0 : 1);
    }

    private static void usage(String fault) {
        System.err.println(fault + "\nusage: run [--without-dates] FILE.ttl ...");
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
        Model headers = graph.filter(null, RDF.TYPE, OWL.ONTOLOGY);
        List<Statement> imports = new ArrayList<>(graph.filter(null, OWL.IMPORTS, null));
        graph.removeAll(imports);
        return imports.stream()
                .filter(link -> headers.stream().noneMatch(header -> header.getSubject().equals(link.getObject())))
                .filter(link -> graph.filter(null, VERSION_IRI, link.getObject()).isEmpty())
                .map(link -> "import of an ontology that is not in the files: " + link.getObject())
                .toList();
    }

    private static OWLOntology ontology(Model graph) throws OWLOntologyCreationException {
        StringWriter text = new StringWriter();
        Rio.write(graph, text, RDFFormat.TURTLE);
        var configuration = new OWLOntologyLoaderConfiguration().setStrict(true);
        var source = new StringDocumentSource(
                text.toString(),
                org.semanticweb.owlapi.model.IRI.create("urn:scograph:merged"),
                new TurtleDocumentFormat(),
                null);
        return OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(source, configuration);
    }

    private static List<String> judge(OWLOntology ontology) {
        System.out.printf(
                "%d axioms, %d of them logical%n", ontology.getAxiomCount(), ontology.getLogicalAxiomCount());
        List<String> problems = new ArrayList<>();
        for (OWLProfile profile : List.of(new OWL2DLProfile(), new OWL2RLProfile())) {
            profile.checkOntology(ontology).getViolations().stream()
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
}
